import type { ArmSummary, Evaluation } from "../../evaluate/evaluation";
import { count, quantity } from "../../quantity";
import { percent, points, pValue } from "../format";
import { html, type Html } from "../html";

interface KeyNumber {
  readonly value: string;
  readonly is: string;
}

/** What the headline's profile did, in three numbers; of a run that steers nothing, what there is. */
export function keyNumbers(evaluation: Evaluation, subject: string | null): Html {
  const arm = evaluation.arms.find(({ name }) => name === subject);
  const numbers = arm?.comparison ? ofProfile(arm, arm.comparison, evaluation) : ofBaseline(evaluation);
  return html`<dl class="numbers">
    ${numbers.map(
      ({ value, is }) =>
        html`<div>
          <dt>${is}</dt>
          <dd>${value}</dd>
        </div> `,
    )}
  </dl>`;
}

function ofProfile(
  { name, n, meanScore }: ArmSummary,
  comparison: NonNullable<ArmSummary["comparison"]>,
  { metric }: Evaluation,
): KeyNumber[] {
  const { with: reference, difference, interval, simultaneousInterval = interval, adjustedP, test } = comparison;
  const [low, high] = simultaneousInterval;
  const [before, after] = [meanScore - difference, meanScore].map((score) => (100 * score).toFixed(1));
  return [
    { value: `${before!} → ${after!}\u00a0%`, is: `${metric}, ${reference} to ${name}` },
    { value: points(difference), is: `points, from ${points(low)} to ${points(high)} (95\u00a0%)` },
    {
      value: `p\u00a0${adjustedP < 0.001 ? "" : "=\u00a0"}${pValue(adjustedP)}`,
      is: `${test}, ${quantity(n, "question")}`,
    },
  ];
}

function ofBaseline({ arms, metric, significance, n }: Evaluation): KeyNumber[] {
  const baseline = arms.find(({ role }) => role === "baseline");
  return [
    ...(baseline ? [{ value: percent(baseline.meanScore), is: `${metric} without steering` }] : []),
    ...(significance ? [{ value: count(significance.nSurvivors), is: "features beyond chance" }] : []),
    { value: count(n), is: "questions" },
  ];
}
