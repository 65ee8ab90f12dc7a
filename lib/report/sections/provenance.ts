import { commandOf } from "../command";
import { quantity } from "../../quantity";
import { html } from "../html";
import type { Report } from "../report";
import { section, type Section } from "./section";
import { table, type Column } from "./table";

/** What was run: enough to tell whether another run is of the same, and to do it again. */
export function provenanceSection(report: Report): Section | undefined {
  const { manifest, samples, evaluation, ranking, selections } = report;
  const { model, saes, versions, task, convention, pooling, steerPooling, keep, saeWeightType } = manifest;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ["model", `${model.name}: ${model.architecture}, ${model.nLayer} layers, width ${model.nEmbd}`],
    ["its SHA-256", model.sha256],
    ["task", `${task.name} (${task.kind}), ${answersText(task)}, scored by ${task.scorer}`],
    ...(task.asked ? ([["prompts", promptText(task.asked)]] as const) : []),
    ["selected on", samples.map(({ n, sha256 }) => `${quantity(n, "question")} of SHA-256 ${sha256}`).join(", and ")],
    ["reads and steers", `by the convention "${convention}"`],
    [
      "pooling",
      `${pooling} for the score, ${steerPooling} for coefficients; ${keep} kept, encoders in ${saeWeightType}`,
    ],
    [
      "ranking",
      `${ranking.score}, sign ${ranking.sign}, features that fire in at least ${quantity(ranking.minSupport, "sample")}`,
    ],
    ["coefficients", `${selections.coefficient}${selections.decode ? ", decoder bias added" : ""}`],
    ["seed", String(evaluation.seed)],
    ["versions", `corrsteer ${versions.corrsteer}, llama.cpp ${versions.llamaCpp}`],
  ];
  return section(
    "run",
    "What was run",
    html`<dl class="provenance">
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd> `,
      )}
    </dl>`,
    html`<h3>To repeat it</h3>
      <pre class="command">${commandOf(report)}</pre>`,
    html`<details>
      <summary>${quantity(saes.length, "SAE")}</summary>
      ${table("SAEs", SAE_COLUMNS, saes)}
    </details>`,
  );
}

function answersText({ triesChoices, maxTokens }: Report["manifest"]["task"]): string {
  return triesChoices ? "each whole choice tried as the answer" : `answers of at most ${quantity(maxTokens, "token")}`;
}

const SAE_COLUMNS: readonly Column<Report["manifest"]["saes"][number]>[] = [
  { heading: "SAE", cell: ({ id }) => id },
  { heading: "layer", cell: ({ layer }) => layer },
  { heading: "reads", text: true, cell: ({ site }) => site },
  { heading: "features", cell: ({ dSae }) => dSae },
  {
    heading: "weights, SHA-256",
    text: true,
    cell: ({ weights }) => weights !== undefined && html`<code>${weights}</code>`,
  },
];

function promptText(asked: NonNullable<Report["manifest"]["task"]["asked"]>): string {
  const { promptStyle, fewShot, chainOfThought, category } = asked;
  const parts = [
    `style "${promptStyle}"`,
    quantity(fewShot, "example"),
    ...(chainOfThought ? ["chain of thought"] : []),
  ];
  return [...parts, ...(category === undefined ? [] : [`category ${category}`])].join(", ");
}
