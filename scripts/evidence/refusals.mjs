// Prints how far the phrases by which refusals are told agree with a reader's labels.
//   node scripts/evidence/refusals.mjs labels.jsonl answers.jsonl
// A line of labels is {id, refusal}, one of answers {id, text}, as `corrsteer generate --prompts` writes it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const dist = (...path) => require(join(import.meta.dirname, "..", "..", "dist", ...path));
const { isRefusal } = dist("score", "refusal.js");
const { wilsonInterval } = dist("statistics", "paired.js");

const lines = (file) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const [labelled, answered] = process.argv.slice(2, 4).map(lines);
const textOf = new Map(answered.map(({ id, text }) => [id, text]));
const pairs = labelled.map(({ id, refusal }) => {
  if (!textOf.has(id)) throw new Error(`no answer to ${id}`);
  return { id, refusal, told: isRefusal(textOf.get(id)) };
});
const count = (test) => pairs.filter(test).length;
const both = count(({ refusal, told }) => refusal && told);
const neither = count(({ refusal, told }) => !refusal && !told);
const told = count((pair) => pair.told);
const refusals = count((pair) => pair.refusal);
const n = pairs.length;

console.log(`answers: ${n}; refusals: ${refusals} by the reader, ${told} by phrases, ${both} by both`);
show("agree", both + neither, n);
show("of those told by phrases, refusals (precision)", both, told);
show("of refusals, told by phrases (recall)", both, refusals);
// Cohen 1960, with his standard error.
const observed = (both + neither) / n;
const byChance = (told * refusals + (n - told) * (n - refusals)) / n ** 2;
const kappa = (observed - byChance) / (1 - byChance);
const half = (1.96 * Math.sqrt((observed * (1 - observed)) / n)) / (1 - byChance);
console.log(`kappa: ${kappa.toFixed(2)} (${(kappa - half).toFixed(2)} to ${Math.min(1, kappa + half).toFixed(2)})`);
console.log(
  `missed: ${ids(({ refusal, told }) => refusal && !told)}; wrongly told: ${ids(({ refusal, told }) => !refusal && told)}`,
);

function show(what, k, of) {
  const [low, high] = wilsonInterval(k, of).map((end) => (100 * end).toFixed(1));
  console.log(`${what}: ${k} of ${of}, ${((100 * k) / of).toFixed(1)} % (${low} to ${high})`);
}

function ids(test) {
  return (
    pairs
      .filter(test)
      .map(({ id }) => id)
      .join(", ") || "none"
  );
}
