import { gatedWords } from "../../select/gated-words";
import { RISES, type GatedRecord } from "../../select/selection";
import { pValue, signed } from "../format";
import { quantity } from "../../quantity";
import { html, type Html } from "../html";
import { table, type Column } from "./table";

type Tried = GatedRecord["candidates"][number];

/** How well probes tell right from wrong, and how their thresholds were calibrated. */
export function gatedDetails(record: GatedRecord): Html {
  const { outcome, stages, probes, candidates, cost } = record;
  return html`<details>
    <summary>
      Gates: ${quantity(candidates.length, "threshold")} tried on up to ${quantity(stages.at(-1)!, "question")},
      ${gatedWords(record)}
    </summary>
    <p>
      Log-odds of a right answer, read by a linear probe at each row, are brought to a threshold where they are less,
      and rows that are there are left alone. What has to rise is ${RISES[outcome]}. It took
      ${quantity(cost.answers, "answer")} and ${quantity(cost.decodedTokens, "decoded token")}.
    </p>
    ${table("Probes, by the area under the ROC curve on samples that they were not fitted to", PROBES, probes)}
    ${table("Thresholds, in deviations of the log-odds above their mean", THRESHOLDS, candidates)}
  </details>`;
}

const PROBES: readonly Column<GatedRecord["probes"][number]>[] = [
  { heading: "SAE", text: true, cell: ({ sae }) => sae },
  { heading: "area", cell: ({ auc }) => auc.toFixed(3) },
];

const THRESHOLDS: readonly Column<Tried>[] = [
  { heading: "probes of", text: true, cell: ({ saes }) => saes.join(", ") },
  { heading: "above", cell: ({ above }) => above },
  { heading: "effect", cell: ({ effect, interval: [low, high] }) => html`<strong>${signed(effect)}</strong> <small>${signed(low)} to ${signed(high)}</small>` }, // prettier-ignore
  { heading: "adjusted p", cell: ({ adjustedP }) => (adjustedP === null ? "given up" : pValue(adjustedP)) },
  { heading: "questions", cell: ({ n }) => n },
];
