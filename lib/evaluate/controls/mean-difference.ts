import type { ResidualStatistics } from "../../run/residual-statistics";
import { steeredLayers } from "../../sae/convention";
import type { SteeringProfile } from "../../steering/profile";
import type { ControlArm } from "./control-arm";
import { turned } from "./turned";

/**
 * Contrastive activation addition (Rimsky et al., arXiv 2312.06681) in a profile's place: at each of its layers the mean
 * residual of right answers minus that of wrong ones, scaled to the norm that the profile adds there. Undefined where
 * all answers are right, or none is.
 *
 * @param statistics of the run that the profile comes from
 */
export function meanDifference(
  profile: SteeringProfile,
  statistics: readonly ResidualStatistics[],
): ControlArm | undefined {
  const nativeLayerOf = steeredLayers(profile);
  const steered = turned(profile, `mean-difference-${profile.name}`, (nativeLayer) => {
    const { id } = profile.saes.find((sae) => nativeLayerOf({ sae: sae.id }) === nativeLayer)!;
    const { n, nCorrect, meanCorrect, meanIncorrect } = statistics.find((read) => read.sae === id)!;
    if (nCorrect === 0 || nCorrect === n) return undefined;
    return Float32Array.from(meanCorrect, (mean, j) => mean - meanIncorrect[j]!);
  });
  return steered && { role: "mean-difference", profile: profile.name, steered };
}
