import type { ControlSummary, Evaluation } from "../../evaluate/evaluation";
import { isDrawn } from "../../evaluate/controls/drawn";
import { isBeyond } from "../../evaluate/findings/controls";
import { notRunSentences } from "../../evaluate/not-run";
import { listed, points, pValue } from "../format";
import { quantity } from "../../quantity";
import { html } from "../html";
import { section, type Section } from "./section";
import { table, type Column } from "./table";

const COLUMNS: readonly Column<ControlSummary>[] = [
  { heading: "control", cell: ({ role, profile }) => `${role} for ${profile}` },
  { heading: "draws", cell: ({ role, arms }) => (isDrawn(role) ? arms.length : "–") },
  { heading: "difference", cell: ({ meanDifference }) => points(meanDifference) },
  { heading: "lowest to highest", cell: ({ role, range }) => (isDrawn(role) ? fromTo(range) : "–") },
  { heading: "that gain", cell: ({ role, nGaining }) => (isDrawn(role) ? nGaining : "–") },
  {
    heading: "as much as the profile",
    keep: true,
    cell: ({ role, nAtLeastProfile }) => (isDrawn(role) ? nAtLeastProfile : "–"),
  },
  {
    heading: "profile gains more",
    cell: ({ advantage }) =>
      advantage
        ? html`<strong>${points(advantage.difference)}</strong> <small>${fromTo(advantage.interval)}</small>`
        : "–",
  },
  { heading: "p", cell: ({ advantage }) => (advantage ? pValue(advantage.adjustedP) : "–") },
  { heading: "rank p", cell: ({ rank }) => (rank ? pValue(rank.adjustedP) : "–") },
  { heading: "shown", cell: (control) => (control.advantage ? (isBeyond(control) ? "yes" : "no") : "–") },
];

function fromTo([low, high]: readonly [number, number]): string {
  return `${points(low)} to ${points(high)}`;
}

/** What other ways to push the model do: what steering has to beat. */
export function controlsSection({
  controls,
  drawnInRounds = [],
  notRun,
  instruction,
  neutral,
}: Evaluation): Section | undefined {
  const isDrawnNow = controls.some(({ role }) => isDrawn(role));
  return section(
    "controls",
    "Controls",
    controls.length > 0 && table("Controls in place of each profile", COLUMNS, controls),
    controls.some(({ advantage }) => advantage) &&
      html`<p class="note">
        Differences are from no steering, in points; of draws it is their mean. Then what the profile gains more, on the
        same questions, with its interval of 95 % and p (Holm-adjusted over the profiles); rank p is the profile’s among
        its draws, the best of all profiles beside the best of each draw. More is shown where the interval is above 0, p
        below 0.05, rank p at most that, and no draw within the profile’s own interval.
      </p>`,
    isDrawnNow &&
      html`<p class="note">
        Random features fire as often as those they replace and add vectors of the same norm; shuffled ones are the best
        for permuted scores, as many at each of the profile’s layers and of the same norm. Where draws do as much as the
        profile, it shows nothing of its own features.
      </p>`,
    notRun && notRun.length > 0 && html`<p class="note">${notRunSentences(notRun).join(" ")}</p>`,
    !notRun &&
      !isDrawnNow &&
      drawnInRounds.length > 0 &&
      html`<p class="note">No profile gains, so none was compared with draws of ${listed(drawnInRounds)} features.</p>`,
    instruction !== null && html`<p>Instruction of the arm <code>prompt-only</code>: “${instruction}”</p>`,
    neutral &&
      html`<p class="note">
        KL divergence from the unsteered model and perplexity are on neutral text (${neutral.text},
        ${quantity(neutral.nTokens, "token")}); “goes round” is the share of its beginnings that, gone on with, repeat
        themselves.
      </p>`,
  );
}
