import type { Clusters } from "../statistics/clusters";
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
 * Whether a rise of the outcome is no mirage: the mean score may not fall, and a mean margin that rises has to make the
 * gold choice the likeliest more often. A margin also rises when a model that is mostly wrong gets less sure of anything.
 */
export function holdsUp({ score, choice }: Differences, outcome: OutcomeName): boolean {
  return mean(score) >= 0 && (outcome !== "margin" || mean(choice) > 0);
}

/** The mean with its 95 % interval, by the normal approximation. */
export function effectOf(
  values: readonly number[],
  clusters: Clusters,
): { effect: number; interval: [number, number] } {
  const { mean, error } = meanAndError(values, clusters);
  return { effect: mean, interval: [mean - Z_TWO_SIDED * error, mean + Z_TWO_SIDED * error] };
}
