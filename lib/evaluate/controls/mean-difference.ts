import { norm } from "../../statistics/norm";
import type { SteeringProfile } from "../../steering/profile";
import type { ResidualStatistics } from "../../run/residual-statistics";
import type { ControlArm } from "./control-arm";

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
  const { nEmbd, layers, rows } = profile.vectors;
  const directions = new Float32Array(rows.length);
  for (const [i, nativeLayer] of layers.entries()) {
    const { sae } = profile.features.find((feature) => feature.nativeLayer === nativeLayer)!;
    const { n, nCorrect, meanCorrect, meanIncorrect } = statistics.find((read) => read.sae === sae)!;
    if (nCorrect === 0 || nCorrect === n) return undefined;
    const difference = Float32Array.from(meanCorrect, (mean, j) => mean - meanIncorrect[j]!);
    const length = norm(rows.subarray(i * nEmbd, (i + 1) * nEmbd)) / norm(difference);
    directions.set(
      difference.map((x) => length * x),
      i * nEmbd,
    );
  }
  const name = `mean-difference-${profile.name}`;
  const steered = { ...profile, name, features: [], vectors: { nEmbd, layers, rows: directions } };
  return { role: "mean-difference", profile: profile.name, steered };
}
