import { decidingR, type RankedFeature } from "../rank/ranking";
import { ALPHA } from "../statistics/alpha";
import type { Clusters } from "../statistics/clusters";
import { norm } from "../statistics/norm";
import type { Outcomes } from "../statistics/outcomes";
import { chancePenalty } from "../statistics/sparse-logistic";
import { stableWeights } from "../statistics/stable-weights";
import type { JointRecord } from "./selection";

/** A feature as the fit sees it. */
export interface Predictor {
  readonly feature: RankedFeature;
  /** [n] pooled activations, less what the ranking's covariates, strata and clusters explain: of mean 0. */
  readonly activations: Float64Array;
  /** [n] the same, pooled as coefficients are. */
  readonly steerActivations: Float64Array;
}

export interface Joint {
  /** Those that halves agree on, in the order of the predictors; `coefficient` is the fit's own. */
  readonly features: RankedFeature[];
  /** The same as they were given. */
  readonly kept: ReadonlySet<RankedFeature>;
  readonly record: JointRecord;
}

export interface JointOptions {
  readonly clusters: Clusters;
  readonly seed: number;
  readonly onFit?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Of the largest F: as many as the source takes. */
const MOST = 128;
const HALVINGS = 50;
/** Share of the fits that have to have a feature. */
const AGREEMENT = 0.75;

/**
 * Features that say together whether an answer is correct, each something that the others do not: L1-penalised logistic
 * regression of correctness on the activations, made 1 in deviation, of the 128 features with the largest F, fitted to random
 * halves of the samples; what three in four fits have, with the sign of its r, is kept. After SAE-SSV (arXiv 2505.16188,
 * section 3.2), which fits 50 probes to half of the samples each and averages them; the penalty is what chance does not get
 * over on all samples (`chancePenalty`), where the source has a constant.
 *
 * Their own coefficients move the mean wrong answer to the mean correct one by the fit's reckoning, by the least step that
 * does: t weight deviation, t = sum of weight x gap / sum of weight^2, gap the difference of the two means in deviations. Of one
 * feature alone that is its contrast.
 *
 * @throws the signal's reason
 */
export async function selectJointly(
  predictors: readonly Predictor[],
  { correct, nCorrect }: Outcomes,
  { clusters, seed, onFit, signal }: JointOptions,
): Promise<Joint> {
  const n = correct.length;
  const tried = predictors
    .map((predictor) => ({ ...predictor, ...standardised(predictor.activations, correct, nCorrect) }))
    .sort((a, b) => Math.abs(b.gap) - Math.abs(a.gap)) // as F: (n - 2) r^2 / (1 - r^2), and r grows with the gap
    .slice(0, MOST);
  const columns = tried.map(({ column }) => column);
  const penalty = chancePenalty(correct, columns.length, ALPHA);
  const { shares, weights } = await stableWeights(columns, correct, {
    ...{ penalty, halvings: HALVINGS, clusters, seed, onFit, signal },
  });
  const found = tried.map(({ feature, gap, steerActivations }, k) => ({
    ...{ feature, gap, weight: weights[k]!, share: shares[k]! },
    steerDeviation: deviation(steerActivations),
    kept: shares[k]! >= AGREEMENT && weights[k]! * decidingR(feature) > 0,
  }));
  const kept = found.filter(({ kept }) => kept);
  const along = kept.reduce((sum, { weight, gap }) => sum + weight * gap, 0);
  const step = along / kept.reduce((sum, { weight }) => sum + weight ** 2, 0);
  const coefficients = new Map(
    kept.map(({ feature, weight, steerDeviation }) => [feature, step * weight * steerDeviation]),
  );
  return {
    features: predictors.flatMap(({ feature }) => {
      const coefficient = coefficients.get(feature);
      return coefficient === undefined ? [] : [{ ...feature, coefficient }];
    }),
    kept: new Set(coefficients.keys()),
    record: {
      ...{ n, nCorrect, nCandidates: tried.length, penalty, nFits: 2 * HALVINGS, agreement: AGREEMENT },
      features: found
        .filter(({ share }) => share > 0)
        .map(({ feature: { sae, layer, feature }, weight, share, kept }) => ({
          ...{ sae, layer, feature, weight, share, kept },
        })),
    },
  };
}

/** Of deviation 1, and how far its mean over correct samples is from that over the others; all 0 where it does not vary. */
function standardised(activations: Float64Array, correct: Uint8Array, nCorrect: number) {
  const scale = deviation(activations);
  const column = activations.map((value) => (scale === 0 ? 0 : value / scale));
  const ofCorrect = column.reduce((sum, value, i) => sum + value * correct[i]!, 0);
  const all = column.reduce((sum, value) => sum + value, 0);
  const gap = ofCorrect / nCorrect - (all - ofCorrect) / (correct.length - nCorrect);
  return { column, gap };
}

/** Of values of mean 0. */
function deviation(values: Float64Array): number {
  return norm(values) / Math.sqrt(values.length);
}
