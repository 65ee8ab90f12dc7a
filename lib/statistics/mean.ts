import { clusterTotals, type Clusters } from "./clusters";

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
  const n = values.length;
  const centre = mean(values);
  const totals = clusterTotals(values, clusters);
  if (totals.length < 2) return { mean: centre, error: 0 };
  const squares = sum(totals.map((total) => (total.sum - total.size * centre) ** 2));
  const variance = (squares / (totals.length - 1)) * (totals.length / n);
  return { mean: centre, error: Math.sqrt(variance / n) };
}
