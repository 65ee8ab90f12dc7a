import type { RankedFeature } from "../rank/ranking";
import { ALPHA } from "../statistics/alpha";
import { doseRecord, type Dose } from "./doses";
import { differencesOf, effectOf, keepsScore, riseTest, type Differences, type OutcomeName } from "./effect";
import { mean } from "../statistics/mean";
import type { TrialOutcome, ValidationQuestions } from "./measure";
import type { JointStep } from "./selection";

export interface EffectOptions {
  readonly outcome: OutcomeName;
  readonly seed: number;
  /** Where a feature is added. */
  readonly nativeLayerOf: (feature: RankedFeature) => number;
  readonly signal?: AbortSignal | undefined;
}

/** A dose that helps alone: by how much on each question, against no steering. */
export interface Helpful extends Dose {
  readonly differences: Differences;
}

export interface JoinOptions extends Omit<EffectOptions, "signal"> {
  /** How many more answers may be asked for. @default any number */
  readonly answersLeft?: () => number;
}

export interface Joined {
  /** Ascending by layer. */
  readonly features: RankedFeature[];
  readonly steps: JointStep[];
  /** Of all features together against no steering; null without features. */
  readonly differences: Differences | null;
  /** Whether it ended as there were no answers left to try another layer. */
  readonly ranOut: boolean;
}

/** Doses that are tried in one step, of one layer and in all: forks of the same prompts. */
const MOST_OF_A_LAYER = 4;
const MOST = 64;
/** What else each step asks: no steering, and what is kept. */
const BESIDE = 2;

/** Doses that a step tries at most with so many layers left. */
export function mostAdditions(nLayers: number): number {
  return Math.min(MOST, MOST_OF_A_LAYER * nLayers);
}

/**
 * What helps alone need not help together. Starting from the dose with the largest effect, each step tries the best doses
 * of all other layers on top of what is kept, and keeps the best of them if a one-sided paired test says that it raises
 * the outcome further (level `ALPHA` over those tried), not at the price of the score; else it ends.
 */
export async function joinGreedily(
  helpful: readonly Helpful[],
  questions: ValidationQuestions,
  { outcome, seed, nativeLayerOf, answersLeft = () => Infinity }: JoinOptions,
): Promise<Joined> {
  const ordered = [...helpful].sort((a, b) => mean(b.differences.effect) - mean(a.differences.effect));
  const [first] = ordered;
  if (!first) return { features: [], steps: [], differences: null, ranOut: false };
  let kept = [first.feature];
  let { differences } = first;
  const steps: JointStep[] = [];
  let ranOut = false;
  for (;;) {
    const wanted = additionsTo(kept, ordered, nativeLayerOf);
    if (wanted.length === 0) break;
    const additions = wanted.slice(0, Math.max(0, Math.floor(answersLeft() / questions.n) - BESIDE));
    ranOut = additions.length === 0;
    if (ranOut) break;
    const trials = [[], kept, ...additions.map(({ feature }) => [...kept, feature])];
    const [baseline, current, ...joined] = (await questions.measure(trials)) as [TrialOutcome, ...TrialOutcome[]];
    const gains = joined.map((trial) => differencesOf(trial, current!, outcome));
    const best = gains.reduce((best, { effect }, i) => (mean(effect) > mean(gains[best]!.effect) ? i : best), 0);
    const level = ALPHA / additions.length;
    const pValue = riseTest(gains[best]!, outcome, { seed, level, clusters: questions.clusters });
    const isKept = pValue < level && keepsScore(gains[best]!);
    const addition = additions[best]!;
    steps.push({
      ...doseRecord(addition),
      ...effectOf(gains[best]!.effect, questions.clusters),
      ...{ tried: additions.length, pValue, kept: isKept },
    });
    if (!isKept) break;
    kept = [...kept, addition.feature];
    differences = differencesOf(joined[best]!, baseline, outcome);
  }
  return { features: kept.sort((a, b) => nativeLayerOf(a) - nativeLayerOf(b)), steps, differences, ranOut };
}

/** The best doses of the layers that nothing is kept of. */
function additionsTo(
  kept: readonly RankedFeature[],
  ordered: readonly Helpful[],
  nativeLayerOf: EffectOptions["nativeLayerOf"],
): Helpful[] {
  const taken = new Map(kept.map((feature) => [nativeLayerOf(feature), MOST_OF_A_LAYER]));
  const additions = ordered.filter(({ feature }) => {
    const layer = nativeLayerOf(feature);
    const n = taken.get(layer) ?? 0;
    taken.set(layer, n + 1);
    return n < MOST_OF_A_LAYER;
  });
  return additions.slice(0, MOST);
}
