import { ALPHA } from "../statistics/alpha";
import type { Clusters } from "../statistics/clusters";
import { mean } from "../statistics/mean";
import { differencesOf, effectOf, keepsScore, type Differences, type OutcomeName } from "./effect";
import type { Trial } from "./gate";
import type { TrialOutcome, ValidationQuestions } from "./measure";
import { screen, type Screened } from "./screen";
import type { ScreenedTrial } from "./selection";

export interface ScreenTrialsOptions {
  readonly outcome: OutcomeName;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a trial fared, and whether it raises the outcome, significantly among all of them, not at the price of the score. */
export interface Tried extends Screened {
  readonly helps: boolean;
}

/** Tries each alone on the validation questions, beside no steering and as forks of the same prompts (`screen`). */
export async function screenTrials(
  trials: readonly Trial[],
  questions: ValidationQuestions,
  { outcome, seed, signal }: ScreenTrialsOptions,
): Promise<Tried[]> {
  const ask = async (asked: readonly number[], from: number, to: number) => {
    const all = [[], ...asked.map((i) => trials[i]!)];
    const [baseline, ...steered] = (await questions.measure(all, from, to)) as [TrialOutcome, ...TrialOutcome[]];
    return steered.map((trial) => differencesOf(trial, baseline, outcome));
  };
  const { n, clusters } = questions;
  const screened = await screen(ask, { nCandidates: trials.length, nQuestions: n, clusters, outcome, seed, signal });
  return screened.map((trial) => ({
    ...trial,
    helps: trial.adjustedP !== null && trial.adjustedP < ALPHA && keepsScore(trial),
  }));
}

/** For the record. */
export function triedRecord(tried: Tried, clusters: Clusters): ScreenedTrial {
  const { effect, pValue, adjustedP, helps, droppedAtStage } = tried;
  return { n: effect.length, ...meansOf(tried, clusters), pValue, adjustedP, helps, droppedAtStage };
}

export function meansOf({ effect, score, choice }: Differences, clusters: Clusters) {
  return { ...effectOf(effect, clusters), scoreDifference: mean(score), choiceDifference: mean(choice) };
}

/** What the model did for some work on the questions. */
export async function withCost<T>(
  questions: ValidationQuestions,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly cost: ReturnType<ValidationQuestions["cost"]> }> {
  const before = questions.cost();
  const result = await work();
  const { decodedTokens, answers } = questions.cost();
  return {
    result,
    cost: { decodedTokens: decodedTokens - before.decodedTokens, answers: answers - before.answers },
  };
}
