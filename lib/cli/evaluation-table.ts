import type { ArmSummary, ControlSummary } from "../evaluate/evaluation";
import type { EvaluatedRun } from "../evaluate/evaluate";
import { probability } from "../evaluate/wording";
import { table } from "./output";

/** Arms with their intervals, drawn controls as one line a profile, then the verdict in sentences. */
export function evaluationLines({ arms, controls, metric, headline, n, ...rest }: EvaluatedRun): string[] {
  const draws = new Set(controls.flatMap(({ arms }) => arms));
  const { questions, verdict, warnings, runDir } = rest;
  const sizes = questions
    ? `Questions: selected on ${questions.train}, validated on ${questions.validation}, tested on ${n}` +
      (questions.duplicates > 0 ? `; ${questions.duplicates} duplicates left out` : "")
    : `Questions: ${n}`;
  return [
    ...armTable(
      arms.filter(({ name }) => !draws.has(name)),
      metric,
    ),
    "",
    ...(controls.length > 0 ? [...controlTable(controls), ""] : []),
    headline,
    "",
    ...verdict,
    ...warnings.map((text) => `Warning: ${text}`),
    sizes,
    `Run: ${runDir}`,
  ];
}

function armTable(arms: readonly ArmSummary[], metric: string): string[] {
  const withChoices = arms.some(({ formatValid }) => formatValid !== null);
  const rows = arms.map((arm) => [
    arm.name,
    percent(arm.meanScore),
    range(arm.interval),
    ...comparison(arm),
    ...(withChoices ? [percent(arm.formatValid ?? 0), commonest(arm)] : []),
  ]);
  const header = ["arm", metric, "95 % interval", "difference", "95 % interval", "p", "side effects"];
  return table([[...header, ...(withChoices ? ["a choice", "commonest"] : [])], ...rows]);
}

function comparison({ comparison }: ArmSummary): string[] {
  if (comparison === null) return ["", "", "", ""];
  const { difference, interval, adjustedP, sideEffects } = comparison;
  return [signed(difference), range(interval), probability(adjustedP), sideEffects.ofChanged?.toFixed(2) ?? ""];
}

function controlTable(controls: readonly ControlSummary[]): string[] {
  const rows = controls.map(({ profile, role, arms, meanDifference, range: spread, nGaining, nAtLeastProfile }) => [
    `${role} for ${profile}`,
    String(arms.length),
    signed(meanDifference),
    range(spread),
    String(nGaining),
    String(nAtLeastProfile),
  ]);
  return table([["control", "draws", "mean", "lowest to highest", "gain", "as much"], ...rows]);
}

function commonest({ commonestAnswer: { completion, share } }: ArmSummary): string {
  return `${JSON.stringify(completion)} ${percent(share)}`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function signed(share: number): string {
  return `${share < 0 ? "" : "+"}${percent(share)}`;
}

function range([low, high]: readonly [number, number]): string {
  return `${percent(low)} to ${percent(high)}`;
}
