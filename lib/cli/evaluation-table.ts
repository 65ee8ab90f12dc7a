import type { Evaluation } from "../evaluate/evaluate";
import { table } from "./output";

/** Arms with their intervals, then the verdict in sentences. */
export function evaluationLines({ arms, verdict, warnings, runDir }: Evaluation): string[] {
  const rows = arms.map(({ name, n, accuracy, interval, difference, differenceInterval, pValue, sideEffectRatio }) => [
    name,
    String(n),
    percent(accuracy),
    range(interval),
    difference === null ? "" : signed(difference),
    differenceInterval === null ? "" : range(differenceInterval),
    pValue === null ? "" : pValue < 0.001 ? pValue.toExponential(1) : pValue.toFixed(3),
    sideEffectRatio === null ? "" : sideEffectRatio.toFixed(2),
  ]);
  const header = ["arm", "n", "accuracy", "95 % interval", "difference", "95 % interval", "p", "side effects"];
  return [...table([header, ...rows]), "", ...verdict, ...warnings.map((text) => `Warning: ${text}`), `Run: ${runDir}`];
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
