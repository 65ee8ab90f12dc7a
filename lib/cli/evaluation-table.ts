import type { SplitCounts } from "../data/split";
import type { ControlSummary } from "../evaluate/control-summary";
import type { Evaluation } from "../evaluate/evaluate";
import type { ArmSummary } from "../evaluate/summary";
import { table } from "./output";

/** Arms with their intervals, random controls as one line a profile, then the verdict in sentences. */
export function evaluationLines({ arms, controls, questions, verdict, warnings, runDir }: Evaluation): string[] {
  const draws = new Set(controls.flatMap(({ arms }) => arms));
  return [
    ...armTable(arms.filter(({ name }) => !draws.has(name))),
    "",
    ...(controls.length > 0 ? [...controlTable(controls), ""] : []),
    ...verdict,
    ...warnings.map((text) => `Warning: ${text}`),
    ...(questions ? [questionLine(questions)] : []),
    `Run: ${runDir}`,
  ];
}

function questionLine({ train, validation, test, duplicates }: SplitCounts): string {
  const left = duplicates > 0 ? `; ${duplicates} duplicates left out` : "";
  return `Questions: selected on ${train}, validated on ${validation}, tested on ${test}${left}`;
}

function armTable(arms: readonly ArmSummary[]): string[] {
  const withChoices = arms.some(({ formatValid }) => formatValid !== null);
  const rows = arms.map((arm) => [
    arm.name,
    String(arm.n),
    percent(arm.accuracy),
    range(arm.interval),
    arm.difference === null ? "" : signed(arm.difference),
    arm.differenceInterval === null ? "" : range(arm.differenceInterval),
    arm.pValue === null ? "" : arm.pValue < 0.001 ? arm.pValue.toExponential(1) : arm.pValue.toFixed(3),
    arm.sideEffectRatio === null ? "" : arm.sideEffectRatio.toFixed(2),
    ...(withChoices ? [percent(arm.formatValid ?? 0), commonest(arm)] : []),
  ]);
  const header = ["arm", "n", "accuracy", "95 % interval", "difference", "95 % interval", "p", "side effects"];
  return table([[...header, ...(withChoices ? ["a choice", "commonest"] : [])], ...rows]);
}

function controlTable(controls: readonly ControlSummary[]): string[] {
  const rows = controls.map(({ profile, arms, meanDifference, range: spread, nGaining, nAtLeastProfile }) => [
    profile,
    String(arms.length),
    signed(meanDifference),
    range(spread),
    String(nGaining),
    String(nAtLeastProfile),
  ]);
  return table([["random features for", "draws", "mean", "lowest to highest", "gain", "as much"], ...rows]);
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
