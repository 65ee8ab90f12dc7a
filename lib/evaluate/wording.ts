import type { ArmSummary, Evaluation, NullSummary } from "./evaluation";
import { POWER } from "../statistics/detectable";
import type { Interval } from "../statistics/interval";
import { isShown } from "./summary";
import { count as thousands } from "../quantity";

/** What an arm did to the metric, with interval and p; without a full stop. */
export function outcome(arm: ArmSummary, metric: Evaluation["metric"]): string {
  const verb = isShown(arm) ? (arm.comparison!.difference > 0 ? "raises" : "lowers") : "does not measurably change";
  const unseen = isShown(arm) ? "" : unseenGain(arm);
  return `${arm.name} ${verb} ${metric}: ${change(arm)}${unseen === "" ? "" : `; ${unseen}`}`;
}

/** What would have been seen; nothing of older versions. */
export function unseenGain({ comparison }: ArmSummary): string {
  const { detectable } = comparison!;
  return detectable === undefined ? "" : `a gain of ${hundredths(detectable)} would be found in ${100 * POWER} %`;
}

/** From what to what, by how much, with interval and p. */
export function change({ n, meanScore, comparison }: ArmSummary): string {
  const { difference, interval, adjustedP } = comparison!;
  return (
    `${percent(meanScore - difference)} to ${percent(meanScore)}, ${points(difference)} points ` +
    `(95 % interval ${span(interval, points)}, p = ${probability(adjustedP)}, n = ${n})`
  );
}

export function probability(p: number): string {
  return p < 0.001 ? p.toExponential(1) : p.toFixed(3);
}

/** To one decimal; what rounds to 0 has no sign. */
export function hundredths(share: number): string {
  const text = (100 * share).toFixed(1);
  return text === "-0.0" ? "0.0" : text;
}

export function percent(share: number): string {
  return `${hundredths(share)} %`;
}

export function points(difference: number): string {
  const text = hundredths(difference);
  return Number(text) > 0 ? `+${text}` : text;
}

/** Both ends of an interval. */
export function span([low, high]: Interval, text = hundredths): string {
  return `${text(low)} to ${text(high)}`;
}

/** To three digits, thousands apart. */
export function round(value: number): string {
  const digits = Number(value.toPrecision(3));
  return digits < 1000 ? String(digits) : digits < 1e9 ? thousands(digits) : "over a billion";
}

/** As it was written, white space and all, but no more than its beginning. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > MOST_QUOTED ? `${text.slice(0, MOST_QUOTED)}…` : text);
}

const MOST_QUOTED = 40;

/** What a null is of, unless that is the score. */
export function ofTarget(significance: NullSummary | null): string {
  return significance === null || significance.target === "score" ? "" : ` of ${significance.target}`;
}

/** "A, P and S" */
export function listed(names: readonly string[]): string {
  return LIST.format(names);
}

const LIST = new Intl.ListFormat("en-GB");

export function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

export function count(n: number, thing: string): string {
  return `${n === 0 ? "no" : n} ${thing}${n === 1 ? "" : "s"}`;
}
