import { sum } from "./mean";
import { normalProbability, normalQuantile } from "./normal";
import { seededRandom } from "./random";
import type { Interval } from "./interval";

const RESAMPLES = 2000;
/** Two-sided intervals of 95 %. */
const TAIL = 0.025;

/**
 * BCa bootstrap interval of a mean (Efron 1987, J. Am. Stat. Assoc. 82, 171), 95 %, from 2,000 resamples: bias from the
 * share of resampled means below the mean, ties by half; acceleration from the skewness that the jackknife gives.
 * The mean itself when all values are alike: resampling knows nothing of what was not seen.
 *
 * @param unordered at least one value; the interval is the same in any order
 */
export function bootstrapInterval(unordered: readonly number[], seed: number): Interval {
  const values = [...unordered].sort((a, b) => a - b); // sums of other orders differ in their last bit
  const mean = sum(values) / values.length;
  if (values.every((value) => value === values[0])) return [mean, mean];
  const means = resampledMeans(values, seed);
  const below = means.filter((other) => other < mean).length;
  const tied = means.filter((other) => other === mean).length;
  const bias = normalQuantile(clampShare((below + tied / 2) / RESAMPLES));
  const acceleration = accelerationOf(values, mean);
  const bound = (tail: number) => {
    const z = bias + normalQuantile(tail);
    return quantile(means, normalProbability(bias + z / (1 - acceleration * z)));
  };
  return [bound(TAIL), bound(1 - TAIL)];
}

/** Ascending. */
function resampledMeans(ordered: readonly number[], seed: number): Float64Array {
  const random = seededRandom(seed);
  const values = Float64Array.from(ordered);
  const n = values.length;
  const means = new Float64Array(RESAMPLES);
  for (let b = 0; b < RESAMPLES; b++) {
    let total = 0;
    for (let i = 0; i < n; i++) total += values[random(n)]!;
    means[b] = total / n;
  }
  return means.sort();
}

/** Sum of cubed deviations over 6 times their squares' sum to 3/2: the jackknife's skewness, in closed form for a mean. */
function accelerationOf(values: readonly number[], mean: number): number {
  const squares = sum(values.map((value) => (value - mean) ** 2));
  const cubes = sum(values.map((value) => (value - mean) ** 3));
  return cubes / (6 * squares ** 1.5);
}

/** With linear interpolation between order statistics (type 7 of Hyndman and Fan). */
function quantile(ascending: Float64Array, q: number): number {
  const at = q * (ascending.length - 1);
  const low = Math.floor(at);
  const value = ascending[low]!;
  return low === at ? value : value + (at - low) * (ascending[low + 1]! - value);
}

/** A bias beyond all resamples would be infinite. */
function clampShare(share: number): number {
  return Math.min(1 - 0.5 / RESAMPLES, Math.max(0.5 / RESAMPLES, share));
}
