import {
  RISES,
  type CausalRecord,
  type ScreenedCandidate,
  type Selection,
  type Validation,
} from "../../select/selection";
import { compact, listed, percent, pValue, signed } from "../format";
import { count, quantity } from "../../quantity";
import type { FeatureKey } from "../../sae/name";
import { html, type Html } from "../html";
import { gatedDetails } from "./gated";
import { table, type Column } from "./table";

/** Candidates told of: those with the largest effects. */
const SHOWN = 20;

/** How the features that were selected did on the validation questions; nothing where none were asked. */
export function validationDetails(
  { variant, features, validation, causal, gated }: Selection,
  nameOf: (feature: FeatureKey) => string,
): Html {
  return html`${validation && pruningDetails(variant, validation)}
  ${causal && causalDetails(causal, features.map(nameOf), nameOf)} ${gated && gatedDetails(gated)}`;
}

function pruningDetails(variant: string, { n, baselineScore, layers }: Validation): Html {
  const columns: Column<Validation["layers"][number]>[] = [
    { heading: "layer", cell: ({ layer }) => layer },
    { heading: "features", text: true, cell: ({ features, saes }) => features.map((feature, i) => (saes ? `${saes[i]!}:${feature}` : feature)).join(", ") }, // prettier-ignore
    { heading: "score alone", cell: ({ score }) => percent(score) },
    { heading: "adjusted p", cell: ({ adjustedP }) => (adjustedP === null ? "–" : pValue(adjustedP)) },
    { heading: "kept", text: true, cell: ({ kept }) => (kept ? "yes" : "no") },
  ];
  return html`<details>
    <summary>
      How ${variant} was pruned, on ${quantity(n, "question")}: ${percent(baselineScore)} without steering
    </summary>
    ${table(`Pruning of ${variant}`, columns, layers)}
  </details>`;
}

function causalDetails(record: CausalRecord, kept: readonly string[], nameOf: (feature: FeatureKey) => string): Html {
  const { outcome, stages, candidates, joint, cost } = record;
  const best = [...candidates].sort((a, b) => b.effect - a.effect).slice(0, SHOWN);
  const together = joint && html`, together ${range(joint.effect, joint.interval)}, p ${pValue(joint.pValue)}`;
  return html`<details>
    <summary>
      Selection by effect: ${quantity(candidates.length, "candidate")} tried on up to ${stages.at(-1)} questions
    </summary>
    <p>
      What has to rise is ${RISES[outcome]}; effects are on the ${outcome}, steered minus not, on the same questions.
      Kept: ${kept.length > 0 ? listed(kept) : "none"}${together}. It took ${quantity(cost.answers, "answer")} and
      ${quantity(cost.decodedTokens, "decoded token")}.
    </p>
    ${table("Candidates by effect", [{ heading: "feature", cell: nameOf }, ...DETAILS], best)}
    ${candidates.length > SHOWN && html`<p class="note">${count(candidates.length - SHOWN)} more are in selection.json.</p>`}
  </details>`;
}

const DETAILS: readonly Column<ScreenedCandidate>[] = [
  { heading: "dose", text: true, cell: ({ dose }) => dose },
  { heading: "coefficient", cell: ({ coefficient }) => compact(coefficient) },
  { heading: "effect", cell: ({ effect, interval }) => range(effect, interval) },
  { heading: "adjusted p", cell: ({ adjustedP }) => (adjustedP === null ? "given up" : pValue(adjustedP)) },
  { heading: "questions", cell: ({ n }) => n },
];

function range(value: number, [low, high]: readonly [number, number]): Html {
  return html`<strong>${signed(value)}</strong> <small>${signed(low)} to ${signed(high)}</small>`;
}
