import type { Clusters } from "../statistics/clusters";
import { gainTest, type GainTestOptions } from "../statistics/gain-test";
import { mean, meanAndError } from "../statistics/mean";
import { Z_TWO_SIDED } from "../statistics/normal";
import type { TrialOutcome } from "./measure";
import type { OUTCOMES } from "./selection";

export type OutcomeName = (typeof OUTCOMES)[number];

/** Per question: steered minus not. */
export interface Differences {
  /** Of the outcome asked for. */
  readonly effect: number[];
  readonly score: number[];
  /** Of whether the gold choice is the likeliest; of the score where questions have no choices. */
  readonly choice: number[];
}

/** @param outcome "margin" and "choice" only where every question has choices */
export function differencesOf(steered: TrialOutcome, reference: TrialOutcome, outcome: OutcomeName): Differences {
  const by = (of: (trial: TrialOutcome, question: number) => number) =>
    steered.scores.map((_, question) => of(steered, question) - of(reference, question));
  const margin = ({ margins }: TrialOutcome, question: number) => margins[question]!;
  const score = by(({ scores }, question) => scores[question]!);
  if (outcome === "score") return { effect: score, score, choice: score };
  const choice = by((trial, question) => Number(margin(trial, question) > 0));
  return { effect: outcome === "choice" ? choice : by(margin), score, choice };
}

/**
 * What has to rise, all of it. A mean margin also rises when a model that is mostly wrong gets less sure of anything: with it
 * the gold choice has to be the likeliest more often.
 */
export function risesAsked({ effect, choice }: Differences, outcome: OutcomeName): readonly (readonly number[])[] {
  return outcome === "margin" ? [effect, choice] : [effect];
}

/**
 * One-sided p of that not all of it rises: the largest p of its tests. Each is at the level, and so is their intersection,
 * without an adjustment (Berger 1982, Technometrics 24, 295).
 */
export function riseTest(differences: Differences, outcome: OutcomeName, options: GainTestOptions): number {
  return Math.max(...risesAsked(differences, outcome).map((values) => gainTest(values, options)));
}

/** What raises the outcome at the price of the score is not taken. */
export function keepsScore({ score }: Differences): boolean {
  return mean(score) >= 0;
}

/** The mean with its 95 % interval, by the normal approximation. */
export function effectOf(
  values: readonly number[],
  clusters: Clusters,
): { effect: number; interval: [number, number] } {
  const { mean, error } = meanAndError(values, clusters);
  return { effect: mean, interval: [mean - Z_TWO_SIDED * error, mean + Z_TWO_SIDED * error] };
}
