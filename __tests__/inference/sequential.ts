import { binomial, rootOf } from "./binomial";
import { TAIL } from "./clopper-pearson";

/** How often all draws would find the rate that the bound is held against. */
const POWER = 0.95;
/** How often that rate ends the drawing all the same, at most. */
const MISSED = 0.05;

/**
 * Whether what happened `k` times in `n` draws keeps to a rate of `limit`, so that the rest of `most` draws need not be made:
 * Wald's sequential probability ratio test (1945, Ann. Math. Stat. 16, 117) of the limit against the rate that all of them
 * would find to be beyond it in 95 %. Where none would be found, there is nothing to draw for.
 */
export function isKept(k: number, n: number, limit: number, most: number): boolean {
  const beyond = foundBeyond(limit, most);
  if (beyond === undefined) return true;
  return k * Math.log(beyond / limit) + (n - k) * Math.log((1 - beyond) / (1 - limit)) <= Math.log(MISSED);
}

const found = new Map<string, number | undefined>();

/** The rate of which so many draws have an interval wholly beyond the limit in 95 %. */
export function foundBeyond(limit: number, most: number): number | undefined {
  const key = `${limit} ${most}`;
  if (!found.has(key)) found.set(key, findBeyond(limit, most));
  return found.get(key);
}

function findBeyond(limit: number, most: number): number | undefined {
  const probability = binomial(most);
  for (let k = 1; k <= most; k++) {
    if (probability(k, most, limit) < TAIL) return rootOf((rate) => probability(k, most, rate) - POWER);
  }
  return undefined;
}
