import type { RankedFeature } from "../rank/ranking";
import type { Dose } from "./doses";
import { differencesOf, effectOf, meanOf, type Differences, type OutcomeName } from "./effect";
import { gainTest } from "./gain-test";
import { joinGreedily, type Helpful } from "./joint";
import type { TrialOutcome, ValidationQuestions } from "./measure";
import { screen, stages, type Screened } from "./screen";
import { ALPHA, type CausalRecord, type ScreenedCandidate } from "./selection";

export interface CausalOptions {
  readonly outcome: OutcomeName;
  readonly seed: number;
}

export interface Causal {
  /** Ascending by layer; none when nothing helps. */
  readonly features: RankedFeature[];
  readonly record: CausalRecord;
}

/**
 * Selection by effect: every dose is tried alone on the validation questions, beside no steering and as forks of the same
 * prompts (`screen`), and those that raise the outcome are put together (`joinGreedily`). What raises the margin but
 * lowers the mean score is no help.
 */
export async function selectCausal(
  doses: readonly Dose[],
  questions: ValidationQuestions,
  { outcome, seed }: CausalOptions,
): Promise<Causal> {
  const before = questions.cost();
  const ask = async (asked: readonly number[], from: number, to: number) => {
    const trials = [[], ...asked.map((i) => [doses[i]!.feature])];
    const [baseline, ...steered] = (await questions.measure(trials, from, to)) as [TrialOutcome, ...TrialOutcome[]];
    return steered.map((trial) => differencesOf(trial, baseline, outcome));
  };
  const screened = await screen(ask, { nCandidates: doses.length, nQuestions: questions.n, seed });
  const helpful = doses.flatMap((dose, i): Helpful[] => {
    const { adjustedP, effect, score } = screened[i]!;
    const helps = adjustedP !== null && adjustedP < ALPHA && meanOf(score) >= 0;
    return helps ? [{ ...dose, differences: { effect, score } }] : [];
  });
  const { features, steps, differences } = await joinGreedily(helpful, questions, { outcome, seed });
  const after = questions.cost();
  return {
    features,
    record: {
      outcome,
      stages: stages(questions.n),
      candidates: doses.map((dose, i) => recordOf(dose, screened[i]!)),
      steps,
      joint: differences && together(differences, seed),
      cost: {
        decodedTokens: after.decodedTokens - before.decodedTokens,
        answers: after.answers - before.answers,
      },
    },
  };
}

function recordOf({ feature, dose }: Dose, screened: Screened): ScreenedCandidate {
  const { effect, score, pValue, adjustedP, droppedAtStage } = screened;
  return {
    ...{ layer: feature.layer, feature: feature.feature, coefficient: feature.coefficient, dose },
    ...{ n: effect.length, ...effectOf(effect), scoreDifference: meanOf(score), pValue, adjustedP, droppedAtStage },
  };
}

function together({ effect, score }: Differences, seed: number): CausalRecord["joint"] {
  return { ...effectOf(effect), scoreDifference: meanOf(score), pValue: gainTest(effect, { seed, level: ALPHA }) };
}
