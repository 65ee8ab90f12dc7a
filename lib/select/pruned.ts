import { holm } from "../statistics/holm";
import { mapInTurns } from "../next-turn";
import type { RankedFeature } from "../rank/ranking";
import { ALPHA } from "../statistics/alpha";
import type { Candidates } from "./candidates";
import { mean, sum } from "../statistics/mean";
import { TIE_SLACK } from "../statistics/ties";
import { gainTest } from "../statistics/gain-test";
import type { TrialOutcome, ValidationQuestions } from "./measure";
import type { Validation } from "./selection";

export interface Pruned {
  readonly features: RankedFeature[];
  readonly validation: Validation;
}

/**
 * CorrSteer-P: of A's layers those whose features, without the others, score strictly higher on the validation questions
 * than no steering does (arXiv 2508.12535). None may be left: then the profile steers nothing.
 */
export async function selectPruned({ layers }: Candidates, questions: ValidationQuestions): Promise<Pruned> {
  const { gains, ...outcomes } = await askLayers(layers, questions);
  const improves = gains.map((differences) => sum(differences) > TIE_SLACK);
  return pruned(layers, questions.n, outcomes, (i) => ({ pValue: null, adjustedP: null, kept: improves[i]! }));
}

/**
 * P with a test in place of strict improvement, which chance passes easily: one-sided mid-p McNemar, or thrown signs
 * where scores are graded, at level `ALPHA` over all layers (Holm).
 */
export async function selectPrunedByTest(
  { layers }: Candidates,
  questions: ValidationQuestions,
  seed: number,
  signal?: AbortSignal,
): Promise<Pruned> {
  const { gains, ...outcomes } = await askLayers(layers, questions);
  const level = ALPHA / Math.max(1, layers.length);
  const { clusters } = questions;
  const pValueOf = (differences: number[]) => gainTest(differences, { seed, level, midP: true, clusters });
  const pValues = await mapInTurns(gains, pValueOf, signal);
  const adjusted = holm(pValues);
  return pruned(layers, questions.n, outcomes, (i) => ({
    pValue: pValues[i]!,
    adjustedP: adjusted[i]!,
    kept: adjusted[i]! < ALPHA,
  }));
}

async function askLayers(layers: Candidates["layers"], questions: ValidationQuestions) {
  const [baseline, ...steered] = (await questions.measure([[], ...layers])) as [TrialOutcome, ...TrialOutcome[]];
  return {
    baseline,
    steered,
    gains: steered.map(({ scores }) => scores.map((score, i) => score - baseline.scores[i]!)),
  };
}

function pruned(
  layers: Candidates["layers"],
  n: number,
  { baseline, steered }: { readonly baseline: TrialOutcome; readonly steered: readonly TrialOutcome[] },
  verdictOf: (i: number) => Pick<Validation["layers"][number], "pValue" | "adjustedP" | "kept">,
): Pruned {
  const records = layers.map((features, i) => ({
    layer: features[0]!.layer,
    features: features.map(({ feature }) => feature),
    ...(new Set(features.map(({ sae }) => sae)).size > 1 && { saes: features.map(({ sae }) => sae) }),
    score: mean(steered[i]!.scores),
    ...verdictOf(i),
  }));
  return {
    features: layers.filter((_, i) => records[i]!.kept).flat(),
    validation: { n, baselineScore: mean(baseline.scores), layers: records },
  };
}
