// `npm run demo`: the whole job on the model in demo/, told as it goes. demo/MODEL_CARD.md says what was planted in it.
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join, relative } from "node:path";
import { evaluationLines } from "../dist/cli/evaluation-table.js";
import { runPipeline, writeReport } from "../dist/index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const demo = join(root, "demo");
const directory = process.argv[2] ?? join(root, "runs", "demo");
const said = new Set();

/** Prints the lines unless it did before. */
function say(topic, ...lines) {
  if (said.has(topic)) return;
  said.add(topic);
  console.log(lines.join("\n"));
}

const read = (file) => JSON.parse(readFileSync(join(directory, file), "utf8"));
const feature = ({ layer, feature }) => `${layer}:${feature}`;

function tell({ stage, total, unit }) {
  if (stage === "rank") say("rank", "Rank: which feature of each layer goes with a right answer (Pearson's r)?");
  if (unit !== "questions") return;
  if (stage === "collect") {
    say(
      "collect",
      `Collect: the model answers ${total} sums; what its SAEs see at each answer is kept with right or wrong.`,
    );
  } else if (stage === "select") {
    const { layers, n, nCorrect } = read("ranking.json");
    say("ranked", `  ${nCorrect} of ${n} answers are right.`, ...layers.map(bestOfLayer));
    say(
      "select",
      "Select: S, the highest r; A, the best of each layer; P, those of A that help on validation alone; causal, those of",
      "many features and coefficients whose effect on validation is shown.",
    );
  } else {
    const chosen = ({ variant, features }) => `  ${variant}: ${features.map(feature).join(" ") || "none"}`;
    say("selected", ...read("selection.json").selections.map(chosen));
    say("evaluate", `Evaluate: ${total} sums that were not used so far, each with every arm as forks of one prompt.`);
  }
}

function bestOfLayer({ layer, nActiveFeatures, features: [best] }) {
  const found = best
    ? `${feature(best)}, r = ${best.r.toFixed(3)}, coefficient ${best.coefficient.toFixed(2)}`
    : "none";
  return `  layer ${layer}: ${nActiveFeatures} features fire; best ${found}`;
}

rmSync(directory, { recursive: true, force: true });
console.log(
  "A small model read sums by authors who answer them and by authors who write ?? instead. It is asked sums after",
);
console.log(
  "lines of both kinds. Nothing below knows of authors: it sees questions, answers, and which of them are right.\n",
);

const evaluation = await runPipeline({
  model: join(demo, "model.gguf"),
  sae: join(demo, "saes"),
  task: join(demo, "sums.mjs"),
  data: join(demo, "questions.jsonl"),
  validationSamples: 300,
  variants: ["S", "A", "P", "causal"],
  scales: [0.5, 2],
  controls: ["repeat", "random", "sign-flipped", "shuffled", "mean-difference"],
  threads: 1, // a pass through so small a model is over before a second thread has begun
  directory,
  onProgress: tell,
});

const { path } = await writeReport(directory);
const shown = (file) => relative(process.cwd(), file) || ".";

console.log(`\n${evaluationLines({ ...evaluation, runDir: shown(directory) }).join("\n")}\nReport: ${shown(path)}`);
console.log(`
What this shows: features that were found by correlation alone can be a lever on right answers, measured on questions
that nothing was chosen on; the feature with the highest r (S) need not be the best one; the dose (x0.5, x2) matters; one
draw of random features is no control, as they spread; and the plain difference of right and wrong residual rows is a
lever as well. What it does not: that the model learned anything (it knew the sums and held the answers back, which was
planted), or that steering helps a model that nobody prepared for it: docs/results.md has real ones.`);
