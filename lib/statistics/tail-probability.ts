import { normalProbability } from "./normal";
import type { Groups } from "./groups";

/** Of one group's values: sums of their powers about their mean. */
interface PowerSums {
  readonly second: number;
  readonly third: number;
}

/** Of what r takes when the scores are permuted; its mean is 0. */
export interface PermutationMoments {
  readonly deviation: number;
  readonly skewness: number;
}

/**
 * Power sums of each group, in O(values) and two passes: raw sums of cubes lose all of what differs in activations that
 * lie far from 0.
 * @param samples whose values these are; those of all others are 0
 */
export function powerSums(samples: ArrayLike<number>, values: ArrayLike<number>, groups: Groups): PowerSums[] {
  const sums = groups.sizes.map((size) => ({ nZero: size, mean: 0, second: 0, third: 0 }));
  const sumsOf = (entry: number) => sums[groups.of[samples[entry]!]!]!;
  for (let entry = 0; entry < values.length; entry++) {
    const own = sumsOf(entry);
    own.mean += values[entry]!; // a sum so far
    own.nZero -= 1;
  }
  sums.forEach((own, g) => (own.mean /= groups.sizes[g]!));
  for (let entry = 0; entry < values.length; entry++) {
    const own = sumsOf(entry);
    const difference = values[entry]! - own.mean;
    own.second += difference ** 2;
    own.third += difference ** 3;
  }
  return sums.map(({ nZero, mean, second, third }) => ({
    second: second + nZero * mean ** 2,
    third: third - nZero * mean ** 3,
  }));
}

/**
 * Exact variance and skewness of the sum of a[i] * y[p(i)] over all permutations p within the groups, as those of r. A
 * group of m with centred power sums A2, A3, B2, B3 of a and y adds A2 B2 / (m - 1) to the variance, and
 * m A3 B3 / ((m - 1) (m - 2)) to the third moment, 0 where m = 2 (Pitman 1937).
 *
 * @param y of scores with norm 1, and mean 0 in each group
 */
export function permutationMoments(
  a: readonly PowerSums[],
  y: readonly PowerSums[],
  { sizes }: Groups,
): PermutationMoments {
  let [squares, variance, third] = [0, 0, 0];
  sizes.forEach((m, g) => {
    const [ours, theirs] = [a[g]!, y[g]!];
    squares += ours.second;
    if (m > 1) variance += (ours.second * theirs.second) / (m - 1);
    if (m > 2) third += (m * ours.third * theirs.third) / ((m - 1) * (m - 2));
  });
  return {
    deviation: Math.sqrt(variance) / Math.sqrt(squares),
    skewness: variance > 0 ? third / variance ** 1.5 : 0,
  };
}

/** Below this the normal tail is rounding. */
const LEAST = 1e-15;

/** Probability of a value as far from 0 as r, on either side, by Pearson's type III distribution of these moments. */
export function tailProbability(r: number, { deviation, skewness }: PermutationMoments): number {
  if (!(deviation > 0)) return 1;
  const above = upperTail(Math.abs(r) / deviation, skewness);
  const below = upperTail(Math.abs(r) / deviation, -skewness);
  return Math.min(1, Math.max(LEAST, above + below));
}

/**
 * P(Z > z) of the type III distribution with mean 0, variance 1: a shifted gamma, or its mirror image where the skewness
 * is negative, made normal by Wilson and Hilferty's cube root (1931).
 */
function upperTail(z: number, skewness: number): number {
  const size = Math.abs(skewness);
  if (size < 1e-6) return normalProbability(-z);
  const gamma = 1 + (skewness * z) / 2; // by its mean
  if (gamma <= 0) return skewness > 0 ? 1 : 0; // beyond the end of the distribution
  const normal = (6 / size) * (Math.cbrt(gamma) - 1) + size / 6;
  return normalProbability(-Math.sign(skewness) * normal);
}
