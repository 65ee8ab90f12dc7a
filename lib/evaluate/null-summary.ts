import type { NullSummary } from "./evaluation";
import { given } from "../options/given";
import type { Ranking } from "../rank/ranking";
import { steeredLayers } from "../sae/convention";

/** What an evaluation keeps of the run's ranking; null where no scores were permuted. */
export function nullSummaryOf(ranking: Ranking): NullSummary | null {
  const { null: permuted, target, score, sign, stratifiedBy, covariates, confounds } = ranking;
  if (permuted === null) return null;
  const { permutations, seed, alpha, threshold, otherSide, nUndecided } = permuted;
  const nativeLayerOf = steeredLayers(ranking);
  const layers = permuted.layers.map(({ sae, layer, threshold, nSurvivors, bestInsideNull }) => ({
    sae,
    layer,
    nativeLayer: nativeLayerOf({ sae }),
    threshold,
    nSurvivors,
    bestInsideNull,
  }));
  const nSurvivors = layers.reduce((sum, { nSurvivors }) => sum + nSurvivors, 0);
  return {
    ...{ target, score, sign, stratifiedBy, covariates },
    ...{ permutations, seed, alpha, threshold, nSurvivors, layers, confounds },
    ...given({ otherSide, nUndecided }),
  };
}
