import type { TrialOutcome } from "./measure";
import type { OUTCOMES } from "./selection";

export type OutcomeName = (typeof OUTCOMES)[number];

/** Per question: steered minus not. */
export interface Differences {
  readonly effect: number[];
  /** Of the score; the same as `effect` unless that is of the margin. */
  readonly score: number[];
}

/** @throws never for margins: asked for only where every question has one */
export function differencesOf(steered: TrialOutcome, reference: TrialOutcome, outcome: OutcomeName): Differences {
  const score = steered.scores.map((value, i) => value - reference.scores[i]!);
  if (outcome === "score") return { effect: score, score };
  return { effect: steered.margins.map((value, i) => value! - reference.margins[i]!), score };
}

/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959963984540054;

/** Mean and its standard error; 0 and 0 without values. */
export function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const n = values.length;
  if (n === 0) return { mean: 0, error: 0 };
  const mean = meanOf(values);
  if (n === 1) return { mean, error: 0 };
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt(variance / n) };
}

/** The mean with its 95 % interval, by the normal approximation. */
export function effectOf(values: readonly number[]): { effect: number; interval: [number, number] } {
  const { mean, error } = meanAndError(values);
  return { effect: mean, interval: [mean - Z * error, mean + Z * error] };
}

export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
}
