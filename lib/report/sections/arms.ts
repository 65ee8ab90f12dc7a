import type { ArmSummary, Comparison, Evaluation } from "../../evaluate/evaluation";
import { BASELINE } from "../../evaluate/arms";
import { addedNorm } from "../added-norm";
import { compact, listed, percent, points, pValue, signed } from "../format";
import { html, type Html, type HtmlValue } from "../html";
import { section, type Section } from "./section";
import { table, type Column } from "./table";

/** How every arm did; draws of controls have a table of their own. */
export function armsSection(
  evaluation: Evaluation,
  { forest, dose, front }: Readonly<Record<"forest" | "dose" | "front", Html | undefined>>,
): Section | undefined {
  const arms = evaluation.arms.filter(({ role }) => role !== "random" && role !== "shuffled");
  const tests = [...new Set(arms.flatMap(({ comparison }) => comparison?.test ?? []))];
  const references = [...new Set(arms.flatMap(({ comparison }) => comparison?.with ?? []))].filter(
    (name) => name !== BASELINE,
  );
  const note = html`<p class="note">
    Differences are on the same questions, in points, with intervals of 95 %; p is of the ${listed(tests)} test,
    adjusted for the number of arms (Holm). ✗→✓ are answers that became right, ✓→✗ wrong, ✗→✗ wrong in another way; side
    effects are the share of changed answers that got worse; the added norm is a share of the residual stream's, at the
    layer where that is most. ${references.length > 0 && `† From ${listed(references)}, not from ${BASELINE}.`}
  </p>`;
  return section("arms", "Arms", forest, table("Arms", columns(evaluation), arms), note, front, dose);
}

function columns({ metric, arms }: Evaluation): Column<ArmSummary>[] {
  const compared =
    (cell: (comparison: Comparison) => HtmlValue) =>
    ({ comparison }: ArmSummary) =>
      comparison && cell(comparison);
  return [
    { heading: "arm", cell: ({ name }) => name },
    { heading: metric, cell: ({ meanScore, interval }) => estimate(percent(meanScore), range(interval, plain)) },
    {
      heading: "difference",
      cell: compared(({ with: reference, difference, interval }) =>
        estimate(`${reference === BASELINE ? "" : "† "}${points(difference)}`, range(interval, points)),
      ),
    },
    { heading: "p", keep: true, cell: compared(({ adjustedP }) => pValue(adjustedP)) },
    { heading: "✗→✓", cell: compared(({ changes }) => changes.wrongToRight) },
    { heading: "✓→✗", cell: compared(({ changes }) => changes.rightToWrong) },
    { heading: "✗→✗", cell: compared(({ changes }) => changes.wrongToOtherWrong) },
    { heading: "side effects", cell: compared(({ sideEffects: { ofChanged } }) => ofChanged?.toFixed(2) ?? "–") },
    ...where(arms, "dose", "dose, its KL", ({ scale, kl }) => estimate(`× ${compact(scale)}`, kl.toFixed(3))),
    ...addedNorms(arms),
    ...where(arms, "formatValid", "a choice", (share) => percent(share)),
    ...where(arms, "meanMargin", "margin", (margin) => signed(margin, 2)),
    ...where(arms, "overRefusal", "over-refusal", ({ share }) => percent(share)),
    ...where(arms, "neutral", "neutral KL, perplexity", ({ meanKl, perplexity }) =>
      estimate(meanKl.toFixed(4), compact(perplexity)),
    ),
    ...(arms.some(({ neutral }) => neutral?.repeating !== undefined) ? [GOES_ROUND] : []),
    ...(arms.some(({ meanGeneratedTokens }) => meanGeneratedTokens !== 1) ? [LENGTH] : []),
    { heading: "commonest answer", text: true, cell: ({ commonestAnswer }) => commonest(commonestAnswer) },
  ];
}

/** Of what steers, the layer at which most is added. */
function addedNorms(arms: readonly ArmSummary[]): Column<ArmSummary>[] {
  if (arms.every((arm) => addedNorm(arm) === undefined)) return [];
  const cell = (arm: ArmSummary) => {
    const most = addedNorm(arm);
    return most ? estimate(percent(most.share), `layer ${most.layer}`) : "–";
  };
  return [{ heading: "added norm", cell }];
}

const GOES_ROUND: Column<ArmSummary> = {
  heading: "goes round",
  cell: ({ neutral }) => (neutral?.repeating === undefined ? "–" : percent(neutral.repeating, 0)),
};

const LENGTH: Column<ArmSummary> = {
  heading: "tokens",
  cell: ({ meanGeneratedTokens }) => meanGeneratedTokens.toFixed(1),
};

/** A column for what not every task measures; none when no arm has it. */
function where<K extends keyof ArmSummary>(
  arms: readonly ArmSummary[],
  field: K,
  heading: string,
  text: (value: NonNullable<ArmSummary[K]>) => HtmlValue,
): Column<ArmSummary>[] {
  if (arms.every((arm) => (arm[field] ?? null) === null)) return [];
  return [{ heading, cell: ({ [field]: value }) => ((value ?? null) === null ? "–" : text(value!)) }];
}

function estimate(value: string, beside: string): Html {
  return html`<strong>${value}</strong> <small>${beside}</small>`;
}

function range([low, high]: readonly [number, number], text: (value: number) => string): string {
  return `${text(low)} to ${text(high)}`;
}

function plain(share: number): string {
  return (100 * share).toFixed(1);
}

function commonest({ completion, share }: ArmSummary["commonestAnswer"]): Html {
  const text = completion.length > 24 ? `${completion.slice(0, 24)}…` : completion;
  return html`<code>${JSON.stringify(text)}</code> ${percent(share, 0)}`;
}
