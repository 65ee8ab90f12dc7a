import jStat from "jstat";

/** 97.5 % quantile of the standard normal distribution: two-sided intervals of 95 %. */
export const Z_TWO_SIDED = 1.959963984540054;

/** 95 % quantile of the standard normal distribution: one-sided bounds of 95 %. */
export const Z_ONE_SIDED = 1.6448536269514722;

/** Probability of less than z, of the standard normal distribution. */
export function normalProbability(z: number): number {
  return jStat.normal.cdf(z, 0, 1);
}

/** The z that is exceeded with a probability of 1 - `share`. */
export function normalQuantile(share: number): number {
  return jStat.normal.inv(share, 0, 1);
}
