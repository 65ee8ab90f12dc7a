import type { PooledRows } from "../../lib/statistics/moments";

/** Dense pooled activations [n][dSae] as sparse rows; steer values are `steer` where given. */
export function sparseRows(dense: readonly number[][], steer: readonly number[][] = dense): PooledRows {
  const entries = dense.map((row) => row.flatMap((z, j) => (z > 0 ? [j] : [])));
  const offsets = [0];
  for (const row of entries) offsets.push(offsets[offsets.length - 1]! + row.length);
  const pick = (from: readonly number[][]) =>
    Float32Array.from(entries.flatMap((row, i) => row.map((j) => from[i]![j]!)));
  const values = pick(dense);
  return {
    offsets: Uint32Array.from(offsets),
    indices: Uint32Array.from(entries.flat()),
    values,
    steerValues: steer === dense ? values : pick(steer),
  };
}
