import { clusterTotals, type Clusters, type Total } from "./clusters";

type Numbers = readonly number[] | Float64Array;

/** From the first to the last: another order has other last bits. */
export function sum(values: Numbers): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** 0 without values. */
export function mean(values: Numbers): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

/** The mean and its standard error, which counts on clusters where there are any; 0 and 0 without values. */
export function meanAndError(values: readonly number[], clusters?: Clusters): { mean: number; error: number } {
  const variance = varianceOf(values, clusterTotals(values, clusters));
  return { mean: mean(values), error: Math.sqrt(variance / Math.max(1, values.length)) };
}

/** n times the squared standard error of the mean: of values that are each by themselves, their variance. 0 for one total. */
export function varianceOf(values: readonly number[], totals: readonly Total[]): number {
  if (totals.length < 2) return 0;
  const centre = mean(values);
  const squares = sum(totals.map((total) => (total.sum - total.size * centre) ** 2));
  return (squares / (totals.length - 1)) * (totals.length / values.length);
}
