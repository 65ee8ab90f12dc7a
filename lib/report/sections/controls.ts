import type { ControlSummary, Evaluation } from "../../evaluate/evaluation";
import { points } from "../format";
import { quantity } from "../../quantity";
import { html } from "../html";
import { section, type Section } from "./section";
import { table, type Column } from "./table";

const COLUMNS: readonly Column<ControlSummary>[] = [
  { heading: "control", cell: ({ role, profile }) => `${role} for ${profile}` },
  { heading: "draws", cell: ({ arms }) => arms.length },
  { heading: "mean difference", cell: ({ meanDifference }) => points(meanDifference) },
  { heading: "lowest to highest", cell: ({ range: [low, high] }) => `${points(low)} to ${points(high)}` },
  { heading: "that gain", cell: ({ nGaining }) => nGaining },
  { heading: "as much as the profile", keep: true, cell: ({ nAtLeastProfile }) => nAtLeastProfile },
];

/** What other ways to push the model do: what steering has to beat. */
export function controlsSection({ controls, instruction, neutral }: Evaluation): Section | undefined {
  return section(
    "controls",
    "Controls",
    controls.length > 0 && table("Controls drawn several times", COLUMNS, controls),
    controls.length > 0 &&
      html`<p class="note">
        Random features fire as often as those they replace and add vectors of the same norm; shuffled ones are the best
        for permuted scores. Where draws do as much as the profile, it shows nothing of its own features.
      </p>`,
    instruction !== null && html`<p>Instruction of the arm <code>prompt-only</code>: “${instruction}”</p>`,
    neutral &&
      html`<p class="note">
        KL divergence from the unsteered model and perplexity are on neutral text (${neutral.text},
        ${quantity(neutral.nTokens, "token")}).
      </p>`,
  );
}
