import { decidingR, type RankedFeature } from "../rank/ranking";
import type { Candidates } from "./candidates";

/**
 * CorrSteer-S: the layer whose best feature has the largest |r|, given the covariates where there are any; ties to the
 * lower one, nothing without candidates.
 */
export function selectSingle({ layers }: Candidates): RankedFeature[] {
  const strength = (features: readonly RankedFeature[] | undefined) =>
    features?.[0] ? Math.abs(decidingR(features[0])) : 0;
  const [first, ...others] = layers;
  return [...(others.reduce((best, next) => (strength(next) > strength(best) ? next : best), first) ?? [])];
}
