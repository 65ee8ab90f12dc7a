import { norm } from "../../statistics/norm";
import type { ProfileOperation } from "../../steering/profile-operation";
import type { SteeringProfile } from "../../steering/profile";

/**
 * A profile whose vectors point elsewhere: each is as long as the one in whose place it is; where that brings a probe to a
 * value, as much of the other direction is added as brings it there.
 *
 * @param directionAt of a native layer, [n_embd]; undefined where there is none, and then there is no such profile
 */
export function turned(
  profile: SteeringProfile,
  name: string,
  directionAt: (nativeLayer: number) => Float32Array | undefined,
): SteeringProfile | undefined {
  const { vectors, operations } = profile;
  const { nEmbd, layers, rows, probes } = vectors;
  const turnedRows = new Float32Array(rows.length);
  const turnedOperations: ProfileOperation[] = [];
  for (const [i, nativeLayer] of layers.entries()) {
    const direction = directionAt(nativeLayer);
    if (!direction || norm(direction) === 0) return undefined;
    const operation = operations?.[i];
    const weights = operation?.target && probes!.subarray(operation.target.probe * nEmbd).subarray(0, nEmbd);
    const along = weights?.reduce((sum, weight, j) => sum + weight * direction[j]!, 0);
    if (along === 0) return undefined;
    const length = norm(rows.subarray(i * nEmbd, (i + 1) * nEmbd)) / norm(direction);
    turnedRows.set(along === undefined ? direction.map((x) => length * x) : direction, i * nEmbd);
    if (operation) turnedOperations.push(along === undefined ? operation : { ...operation, scale: 1 / along });
  }
  return {
    ...{ ...profile, name, features: [] },
    ...(operations && { operations: turnedOperations }),
    vectors: { ...vectors, rows: turnedRows },
  };
}
