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

/** The mean and its standard error; 0 and 0 without values. */
export function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const n = values.length;
  const centre = mean(values);
  if (n < 2) return { mean: centre, error: 0 };
  const variance = sum(values.map((value) => (value - centre) ** 2)) / (n - 1);
  return { mean: centre, error: Math.sqrt(variance / n) };
}
