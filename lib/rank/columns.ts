import type { NativeColumns } from "../native/addon";
import type { Chunk } from "../run/chunk";
import type { Column } from "../statistics/column";
import { nonZero } from "../statistics/non-zero";

/** Some features' activations, by feature: `features[c]` is column c. */
export interface Columns extends NativeColumns {
  readonly features: Uint32Array;
}

/**
 * Sparse rows turned into columns of the features that `keep` wants, in O(values): counted, then filled.
 *
 * @param chunks rows in the order of the samples, `firstSample` counted over all shards
 */
export function toColumns(
  chunks: readonly Chunk[],
  nSamples: number,
  dSae: number,
  keep: (feature: number) => boolean,
  values: "values" | "steerValues" = "values",
): Columns {
  const counts = new Uint32Array(dSae);
  for (const { indices } of chunks) for (const feature of indices) counts[feature]! += 1;
  const features = nonZero(counts).filter(keep);
  const offsets = new Uint32Array(features.length + 1);
  const next = new Uint32Array(dSae);
  features.forEach((feature, column) => {
    next[feature] = offsets[column]! + 1;
    offsets[column + 1] = offsets[column]! + counts[feature]!;
  });
  const columns = {
    features,
    nSamples,
    offsets,
    samples: new Uint32Array(offsets.at(-1)!),
    values: new Float32Array(offsets.at(-1)!),
  };
  for (const chunk of chunks) fill(columns, next, chunk, chunk[values]);
  return columns;
}

/** @param next where the next entry of each feature goes, from 1; 0 for those that are left out */
function fill({ samples, values }: Columns, next: Uint32Array, chunk: Chunk, from: Float32Array): void {
  const { firstSample, offsets, indices } = chunk;
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
      const at = next[indices[entry]!]!;
      if (at === 0) continue;
      samples[at - 1] = firstSample + row;
      values[at - 1] = from[entry]!;
      next[indices[entry]!] = at + 1;
    }
  }
}

export function columnOf({ offsets, samples, values }: Columns, column: number): Column {
  const range = [offsets[column]!, offsets[column + 1]!] as const;
  return { samples: samples.subarray(...range), values: values.subarray(...range) };
}

/** A column with its zeros. */
export function denseColumn({ samples, values }: Column, nSamples: number): Float64Array {
  const dense = new Float64Array(nSamples);
  samples.forEach((sample, entry) => (dense[sample] = values[entry]!));
  return dense;
}
