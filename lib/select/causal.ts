import type { RankedFeature } from "../rank/ranking";
import { ALPHA } from "../statistics/alpha";
import type { Dose } from "./doses";
import type { Clusters } from "../statistics/clusters";
import { mean } from "../statistics/mean";
import { differencesOf, effectOf, keepsScore, riseTest, type Differences, type OutcomeName } from "./effect";
import { joinGreedily, type EffectOptions, type Helpful } from "./joint";
import type { TrialOutcome, ValidationQuestions } from "./measure";
import { screen, stages, type Screened } from "./screen";
import type { CausalRecord, ScreenedCandidate } from "./selection";

export interface Causal {
  /** Ascending by layer; none when nothing helps. */
  readonly features: RankedFeature[];
  readonly record: CausalRecord;
}

/**
 * Selection by effect: every dose is tried alone on the validation questions, beside no steering and as forks of the same
 * prompts (`screen`), and those that raise the outcome, not at the price of the score, are put together (`joinGreedily`).
 */
export async function selectCausal(
  doses: readonly Dose[],
  questions: ValidationQuestions,
  { outcome, seed, nativeLayerOf, signal }: EffectOptions,
): Promise<Causal> {
  const { clusters } = questions;
  const before = questions.cost();
  const ask = async (asked: readonly number[], from: number, to: number) => {
    const trials = [[], ...asked.map((i) => [doses[i]!.feature])];
    const [baseline, ...steered] = (await questions.measure(trials, from, to)) as [TrialOutcome, ...TrialOutcome[]];
    return steered.map((trial) => differencesOf(trial, baseline, outcome));
  };
  const of = { nCandidates: doses.length, nQuestions: questions.n, clusters, outcome, seed, signal };
  const screened = await screen(ask, of);
  const helps = screened.map(
    (candidate) => candidate.adjustedP !== null && candidate.adjustedP < ALPHA && keepsScore(candidate),
  );
  const helpful = doses.flatMap((dose, i): Helpful[] => (helps[i] ? [{ ...dose, differences: screened[i]! }] : []));
  const { features, steps, differences } = await joinGreedily(helpful, questions, { outcome, seed, nativeLayerOf });
  const after = questions.cost();
  return {
    features,
    record: {
      outcome,
      stages: stages(questions.n),
      candidates: doses.map((dose, i) => ({ ...recordOf(dose, screened[i]!, clusters), helps: helps[i]! })),
      steps,
      joint: differences && together(differences, outcome, seed, clusters),
      cost: {
        decodedTokens: after.decodedTokens - before.decodedTokens,
        answers: after.answers - before.answers,
      },
    },
  };
}

function recordOf({ feature, dose }: Dose, screened: Screened, clusters: Clusters): Omit<ScreenedCandidate, "helps"> {
  const { effect, pValue, adjustedP, droppedAtStage } = screened;
  return {
    ...{ sae: feature.sae, layer: feature.layer, feature: feature.feature, coefficient: feature.coefficient, dose },
    ...{ n: effect.length, ...means(screened, clusters), pValue, adjustedP, droppedAtStage },
  };
}

function together(
  differences: Differences,
  outcome: OutcomeName,
  seed: number,
  clusters: Clusters,
): CausalRecord["joint"] {
  return { ...means(differences, clusters), pValue: riseTest(differences, outcome, { seed, level: ALPHA, clusters }) };
}

function means({ effect, score, choice }: Differences, clusters: Clusters) {
  return { ...effectOf(effect, clusters), scoreDifference: mean(score), choiceDifference: mean(choice) };
}
