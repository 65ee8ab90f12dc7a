import { clusterTotals, type Clusters, type Total } from "./clusters";
import { sum } from "./mean";
import { normalProbability, normalQuantile } from "./normal";
import { quantile } from "./quantile";
import { seededRandom } from "./random";
import type { Interval } from "./interval";

const RESAMPLES = 2000;
/** Two-sided intervals of 95 %. */
const TAIL = 0.025;

/**
 * BCa bootstrap interval of a mean (Efron 1987, J. Am. Stat. Assoc. 82, 171), 95 %, from 2,000 resamples: bias from the
 * share of resampled means below the mean, ties by half; acceleration from the skewness that the jackknife gives.
 * Clusters are drawn whole (Davison and Hinkley 1997, section 3.8).
 * The mean itself when all values are alike: resampling knows nothing of what was not seen.
 *
 * @param values at least one; the interval is the same in any order
 * @param tail beyond either end
 */
export function bootstrapInterval(values: readonly number[], seed: number, clusters?: Clusters, tail = TAIL): Interval {
  // Sums of other orders differ in their last bit.
  const totals = clusterTotals(values, clusters).sort((a, b) => a.sum - b.sum || a.size - b.size);
  const mean = sum(totals.map((total) => total.sum)) / values.length;
  if (values.every((value) => value === values[0])) return [mean, mean];
  const means = resampledMeans(totals, seed);
  const below = means.filter((other) => other < mean).length;
  const tied = means.filter((other) => other === mean).length;
  const bias = normalQuantile(clampShare((below + tied / 2) / RESAMPLES));
  const acceleration = accelerationOf(totals, mean);
  const bound = (share: number) => {
    const z = bias + normalQuantile(share);
    return quantile(means, normalProbability(bias + z / (1 - acceleration * z)));
  };
  return [bound(tail), bound(1 - tail)];
}

/** Ascending. */
function resampledMeans(totals: readonly Total[], seed: number): Float64Array {
  const random = seededRandom(seed);
  const sums = Float64Array.from(totals, ({ sum }) => sum);
  const sizes = Float64Array.from(totals, ({ size }) => size);
  const nDraws = sums.length;
  const means = new Float64Array(RESAMPLES);
  for (let b = 0; b < RESAMPLES; b++) {
    let [total, n] = [0, 0];
    for (let i = 0; i < nDraws; i++) {
      const drawn = random(nDraws);
      total += sums[drawn]!;
      n += sizes[drawn]!;
    }
    means[b] = total / n;
  }
  return means.sort();
}

/** Sum of cubed influences over 6 times their squares' sum to 3/2: the jackknife's skewness, in closed form for a mean. */
function accelerationOf(totals: readonly Total[], mean: number): number {
  const influences = totals.map(({ sum, size }) => sum - size * mean);
  const squares = sum(influences.map((influence) => influence ** 2));
  const cubes = sum(influences.map((influence) => influence ** 3));
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** A bias beyond all resamples would be infinite. */
function clampShare(share: number): number {
  return Math.min(1 - 0.5 / RESAMPLES, Math.max(0.5 / RESAMPLES, share));
}
