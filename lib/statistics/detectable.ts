import { normalQuantile } from "./normal";

/** Of the tests of such a gain, so many find it. */
export const POWER = 0.8;

/**
 * The least gain that a two-sided paired test finds with this power: n = (z_a sqrt(c) + z_b sqrt(c - g^2))^2 / g^2 (Connor
 * 1987, Biometrics 43, 207, by Miettinen 1968), solved for the gain g. No fewer answers can change than gain: with a smaller
 * churn than g, c is g. 1 where no gain would be found.
 *
 * @param n pairs, or what clustered ones are worth
 * @param churn c, the mean square of the differences: of right and wrong the share that changed
 */
export function detectableGain(n: number, churn: number, level: number): number {
  const [a, b] = [normalQuantile(1 - level / 2), normalQuantile(POWER)];
  if (n + b ** 2 <= a ** 2) return 1;
  const perRoot = (a * Math.sqrt(n) + b * Math.sqrt(n + b ** 2 - a ** 2)) / (n + b ** 2);
  return Math.min(1, perRoot * Math.max(Math.sqrt(churn), perRoot));
}
