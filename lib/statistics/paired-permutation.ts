import { clusterTotals, type Clusters } from "./clusters";
import { sum } from "./mean";
import { seededRandom } from "./random";
import { TIE_SLACK } from "./ties";

/** Up to this many differences that are not 0, all 2^m changes of sign are tried. */
const EXACT = 16;
const PERMUTATIONS = 10_000;

/**
 * Two-sided paired permutation test that differences are as often positive as negative (Fisher 1935, section 21): the
 * share of sign changes whose sum is at least as far from 0. Exact for 16 differences or fewer that are not 0; else of
 * 10,000 random ones, this one counted in (Phipson and Smyth 2010). 1 when no difference is left. With clusters, of their
 * sums.
 */
export function pairedPermutation(values: readonly number[], seed: number, clusters?: Clusters): number {
  const differences = clusterTotals(values, clusters).map((total) => total.sum);
  // Sorted sizes: neither the order of samples nor which arm came first changes anything.
  const sizes = Float64Array.from(differences, Math.abs)
    .filter((size) => size !== 0)
    .sort();
  const m = sizes.length;
  if (m === 0) return 1;
  const least = Math.abs(sum(differences)) - TIE_SLACK * sum(sizes);
  const isExtreme = (sum: number) => Math.abs(sum) >= least;
  let extreme = 0;
  if (m <= EXACT) {
    for (let signs = 0; signs < 2 ** m; signs++) if (isExtreme(signedSum(sizes, () => signs))) extreme += 1;
    return extreme / 2 ** m;
  }
  const random = seededRandom(seed);
  for (let b = 0; b < PERMUTATIONS; b++) if (isExtreme(signedSum(sizes, () => random(2 ** 32)))) extreme += 1;
  return (extreme + 1) / (PERMUTATIONS + 1);
}

/** With signs from the bits of a number, and of another one after each 32. */
function signedSum(sizes: Float64Array, nextBits: () => number): number {
  let sum = 0;
  let bits = 0;
  for (let i = 0; i < sizes.length; i++) {
    bits = i % 32 === 0 ? nextBits() : bits >>> 1;
    sum += (2 * (bits & 1) - 1) * sizes[i]!; // a branch would be mispredicted half of the time
  }
  return sum;
}
