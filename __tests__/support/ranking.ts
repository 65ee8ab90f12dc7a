import type { RankedFeature, Ranking } from "../../lib/rank/ranking";
import { manifest } from "./manifest";
import { saeId } from "./sae-id";

export function rankedFeature(layer: number, feature: number, r: number, coefficient = 1): RankedFeature {
  return {
    sae: saeId(layer),
    layer,
    feature,
    r,
    partialR: null,
    criterion: Math.abs(r),
    coefficient,
    coefficientCorrect: coefficient,
    coefficientIncorrect: 0,
    coefficientActive: coefficient,
    nActive: 5,
    nActiveCorrect: 5,
    nActiveIncorrect: 0,
    frequency: 0.5,
    frequencyCorrect: 0.5,
    frequencyIncorrect: 0,
    p: null,
    layerP: null,
    familyWiseP: null,
    q: null,
    stability: null,
  };
}

/** A ranking of 10 samples with these features, which are given best first in each layer. */
export function rankingOf(features: readonly RankedFeature[], layers = [1, 2]): Ranking {
  const { model, saes, convention, pooling, steerPooling, versions } = manifest();
  return {
    format: 3,
    task: "sums",
    model,
    saes,
    convention,
    pooling,
    steerPooling,
    versions,
    target: "score",
    reverse: false,
    score: "pearson",
    sign: "positive",
    topK: 20,
    minSupport: 1,
    covariates: [],
    stratifiedBy: null,
    n: 10,
    nCorrect: 5,
    layers: layers.map((layer) => {
      const own = features.filter((feature) => feature.layer === layer);
      return { sae: saeId(layer), layer, nActiveFeatures: own.length, nCandidates: own.length, features: own };
    }),
    null: null,
    bootstrap: null,
    confounds: [],
    notes: [],
  };
}

/** The same, as if scores had been permuted: `familyWiseP` of the features is what came out. */
export function rankingWithNull(features: readonly RankedFeature[], layers = [1, 2]): Ranking {
  return {
    ...rankingOf(features, layers),
    null: { permutations: 1000, seed: 1, alpha: 0.05, threshold: 0.45, probabilities: [], quantiles: [], layers: [] },
  };
}
