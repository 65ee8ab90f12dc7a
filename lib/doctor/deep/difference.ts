/** Normalised mean squared error of rows: sum (a - b)^2 / sum b^2. */
export function difference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Infinity;
  let error = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return error === 0 ? 0 : error / norm;
}

/** The largest over layers that both have. */
export function largestDifference(
  actual: ReadonlyMap<number, Float32Array>,
  expected: ReadonlyMap<number, Float32Array>,
): number {
  return Math.max(...[...expected].map(([layer, rows]) => difference(actual.get(layer)!, rows)));
}
