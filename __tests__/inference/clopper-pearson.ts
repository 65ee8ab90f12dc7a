import { binomial, rootOf } from "./binomial";

/** Beyond either end. */
export const TAIL = 0.005;

/** The exact interval of 99 % of a probability, of which `k` of `n` came out (Clopper and Pearson 1934). */
export function clopperPearson(k: number, n: number): readonly [low: number, high: number] {
  const probability = binomial(n);
  const low = k === 0 ? 0 : rootOf((p) => probability(k, n, p) - TAIL);
  const high = k === n ? 1 : rootOf((p) => TAIL - probability(0, k, p));
  return [low, high];
}
