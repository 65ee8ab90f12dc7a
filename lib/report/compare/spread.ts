import { mean as meanOf, sum } from "../../statistics/mean";

/** One number of several runs. */
export interface Spread {
  readonly values: readonly number[];
  readonly mean: number;
  /** Sample standard deviation (n - 1); null of a single run. */
  readonly sd: number | null;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const n = values.length;
  const mean = meanOf(values);
  const squares = sum(values.map((value) => (value - mean) ** 2));
  return { values, mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null };
}
