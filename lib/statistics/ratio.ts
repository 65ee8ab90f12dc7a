import { clusterTotals, type Clusters } from "./clusters";
import type { Interval } from "./interval";
import { sum } from "./mean";
import { studentQuantile } from "./student";

/** One pair, or cluster, more each way, of either quantity: few differences that are not 0 say too little of how they vary. */
const ADDED = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/**
 * 95 % interval of the ratio of the means of paired differences in [-1, 1]: each ratio s for which the mean of `above` -
 * s `below` may be 0 (Fieller 1954, J. R. Stat. Soc. B 16, 175), with pairs added as Bonett and Price (2012) do for one mean.
 * Student's quantile, and variances of clusters' totals. Null where `below` may be 0 on average: then any ratio may be.
 */
export function ratioInterval(
  above: readonly number[],
  below: readonly number[],
  clusters?: Clusters,
): Interval | null {
  const [aboves, belows] = [clusterTotals(above, clusters), clusterTotals(below, clusters)];
  const nClusters = aboves.length;
  if (nClusters < 2) return null;
  const typical = above.length / nClusters;
  const totals = [
    ...aboves.map(({ sum, size }, i) => ({ a: sum, b: belows[i]!.sum, size })),
    ...ADDED.map(([a, b]) => ({ a: a * typical, b: b * typical, size: typical })),
  ];
  const n = sum(totals.map(({ size }) => size));
  const [meanA, meanB] = [sum(totals.map(({ a }) => a)) / n, sum(totals.map(({ b }) => b)) / n];
  const influences = totals.map(({ a, b, size }) => [a - size * meanA, b - size * meanB] as const);
  const t2 = studentQuantile(0.975, nClusters - 1) ** 2;
  const scale = (t2 * totals.length) / (totals.length - 1) / n ** 2;
  /** Of the parabola in s that is below 0 within the interval: square, half of the middle term, constant. */
  const square = meanB ** 2 - scale * sum(influences.map(([, b]) => b * b));
  const middle = meanA * meanB - scale * sum(influences.map(([a, b]) => a * b));
  const constant = meanA ** 2 - scale * sum(influences.map(([a]) => a * a));
  if (square <= 0) return null;
  const half = Math.sqrt(Math.max(0, middle ** 2 - square * constant));
  return [(middle - half) / square, (middle + half) / square];
}
