/**
 * From a p to its q: the least false-discovery rate at which it is a discovery among all these tests, however they depend
 * on each other (Benjamini and Yekutieli 2001).
 *
 * @param p of all tests
 * @returns q of one of them
 */
export function falseDiscoveryRate(p: Float64Array): (one: number) => number {
  const sorted = p.slice().sort();
  const m = sorted.length;
  const harmonic = sorted.reduce((sum, _, i) => sum + 1 / (i + 1), 0);
  const q = new Float64Array(m);
  for (let i = m - 1; i >= 0; i--) q[i] = Math.min(q[i + 1] ?? 1, (sorted[i]! * m * harmonic) / (i + 1));
  return (one) => q[countBelow(sorted, one)]!;
}

/** How many of ascending values are below `bound`. */
export function countBelow(sorted: Float64Array, bound: number): number {
  let [begin, end] = [0, sorted.length];
  while (begin < end) {
    const middle = (begin + end) >> 1;
    if (sorted[middle]! < bound) begin = middle + 1;
    else end = middle;
  }
  return begin;
}
