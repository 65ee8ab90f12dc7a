import { clusterTotals, type Clusters } from "./clusters";
import { mean, sum, varianceOf } from "./mean";
import { Z_TWO_SIDED } from "./normal";
import { studentQuantile } from "./student";

/**
 * How many independent values say as much about a mean as these, which are alike within clusters (Korn and Graubard 1998,
 * Survey Methodology 24, 193): the variance that independent values would have, by that of the clusters' totals, but never
 * more than there are. Few clusters count for less, since their variance is known badly: by the square of the normal
 * quantile over Student's. Values that are all the same: as many as there are clusters.
 *
 * @returns the number of values where each is by itself
 */
export function effectiveSize(values: readonly number[], clusters: Clusters): number {
  const n = values.length;
  const totals = clusterTotals(values, clusters);
  const nClusters = totals.length;
  if (nClusters === n) return n;
  if (nClusters < 2) return nClusters;
  const centre = mean(values);
  const independent = sum(values.map((value) => (value - centre) ** 2)) / n;
  const size = independent > 0 ? n / Math.max(1, varianceOf(values, totals) / independent) : nClusters;
  return size * (Z_TWO_SIDED / studentQuantile(0.975, nClusters - 1)) ** 2;
}
