import type { RankedFeature } from "../rank/ranking";
import type { Dose } from "./doses";
import { differencesOf, effectOf, meanOf, type OutcomeName } from "./effect";
import { gainTest } from "./gain-test";
import type { TrialOutcome, ValidationQuestions } from "./measure";
import { ALPHA, type JointStep } from "./selection";

/** A dose that helps alone, and how much. */
export interface Helpful extends Dose {
  readonly effect: number;
}

export interface Joined {
  readonly features: RankedFeature[];
  readonly steps: JointStep[];
}

/** Doses of one layer that are tried on top of what is kept. */
const MOST_OF_A_LAYER = 4;

/**
 * What helps alone need not help together. Starting from the dose with the largest effect, each other layer, the most
 * effective first, may add one of its best doses: the one that, together with what is kept, raises the outcome most, if a
 * one-sided paired test says that it does (level `ALPHA` over the doses tried) and the mean score does not fall.
 */
export async function joinGreedily(
  helpful: readonly Helpful[],
  questions: ValidationQuestions,
  { outcome, seed }: { readonly outcome: OutcomeName; readonly seed: number },
): Promise<Joined> {
  const ordered = [...helpful].sort((a, b) => b.effect - a.effect);
  const [first] = ordered;
  if (!first) return { features: [], steps: [] };
  let kept = [first.feature];
  const steps: JointStep[] = [];
  for (const layer of new Set(ordered.map(({ feature }) => feature.layer))) {
    if (layer === first.feature.layer) continue;
    const additions = ordered.filter(({ feature }) => feature.layer === layer).slice(0, MOST_OF_A_LAYER);
    const trials = [kept, ...additions.map(({ feature }) => [...kept, feature])];
    const [current, ...joined] = (await questions.measure(trials)) as [TrialOutcome, ...TrialOutcome[]];
    const gains = joined.map((trial) => differencesOf(trial, current, outcome));
    const best = gains.reduce((best, { effect }, i) => (meanOf(effect) > meanOf(gains[best]!.effect) ? i : best), 0);
    const level = ALPHA / additions.length;
    const pValue = gainTest(gains[best]!.effect, { seed, level });
    const isKept = pValue < level && meanOf(gains[best]!.score) >= 0;
    const { feature, dose } = additions[best]!;
    steps.push({
      ...{ layer, feature: feature.feature, coefficient: feature.coefficient, dose },
      ...effectOf(gains[best]!.effect),
      ...{ pValue, kept: isKept },
    });
    if (isKept) kept = [...kept, feature];
  }
  return { features: kept.sort((a, b) => a.layer - b.layer), steps };
}
