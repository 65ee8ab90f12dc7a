import type { NativeColumns } from "../lib/native/addon";

/** Numbers in (0, 1) that are the same on every run: xorshift32 (Marsaglia 2003). */
export function uniforms(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
}

/**
 * A layer of the published shape: feature f fires on a sample with probability min(1, c / (f + 1)), so that a few are
 * always on and most are rare, and `nActive` fire on a sample on average.
 */
export function randomColumns(nSamples: number, nFeatures: number, nActive: number, seed: number): NativeColumns {
  const next = uniforms(seed);
  const c = zipfScale(nFeatures, nActive);
  const offsets = new Uint32Array(nFeatures + 1);
  const samples: number[] = [];
  for (let f = 0; f < nFeatures; f++) {
    const rate = Math.min(1, c / (f + 1));
    // From one firing sample straight to the next: the gap is geometric.
    for (let s = -1; ;) {
      s += rate === 1 ? 1 : 1 + Math.floor(Math.log(next()) / Math.log(1 - rate));
      if (s >= nSamples) break;
      samples.push(s);
    }
    offsets[f + 1] = samples.length;
  }
  const values = Float32Array.from(samples, () => 5 * next());
  return { nSamples, offsets, samples: Uint32Array.from(samples), values };
}

/** The c for which the rates sum to `nActive`, by bisection. */
function zipfScale(nFeatures: number, nActive: number): number {
  let [low, high] = [0, nActive];
  for (let i = 0; i < 60; i++) {
    const c = (low + high) / 2;
    let sum = 0;
    for (let f = 0; f < nFeatures; f++) sum += Math.min(1, c / (f + 1));
    if (sum < nActive) low = c;
    else high = c;
  }
  return high;
}
