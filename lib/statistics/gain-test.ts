import { binomialTail } from "./binomial";
import { clusterTotals, type Clusters } from "./clusters";
import { sum } from "./mean";
import { seededRandom } from "./random";
import { TIE_SLACK } from "./ties";

export interface GainTestOptions {
  readonly seed: number;
  /** The smallest p that has to be told from a larger one: how finely it is sampled. */
  readonly level: number;
  /** Half the probability of what was observed: less conservative, and no longer exact. @default false */
  readonly midP?: boolean;
  /** One sign for all of a cluster. @default each question is by itself */
  readonly clusters?: Clusters;
}

/** Throws stop when this many were as extreme as what was observed: the standard error of p is then 14 % of it. */
const ENOUGH = 50;
const MOST = 1_000_000;

/**
 * One-sided paired test that questions gain nothing: the probability that, with the sign of each difference thrown anew,
 * the sum is as large (Fisher 1935, section 21). Differences of one magnitude, as between right and wrong, make it
 * McNemar's exact test, computed from the binomial distribution; for others signs are thrown, which stays an exact test,
 * until enough were as extreme (Besag and Clifford 1991). 1 when nothing changed. Where questions of a cluster go together,
 * it is clusters whose sums are as often positive as negative.
 */
export function gainTest(
  differences: readonly number[],
  { seed, level, midP = false, clusters }: GainTestOptions,
): number {
  const nonZero = clusterTotals(differences, clusters).flatMap(({ sum }) => (sum === 0 ? [] : [sum]));
  const m = nonZero.length;
  if (m === 0) return 1;
  const magnitude = Math.abs(nonZero[0]!);
  if (nonZero.every((difference) => Math.abs(difference) === magnitude)) {
    const { above, at } = binomialTail(nonZero.filter((difference) => difference > 0).length, m);
    return Math.min(1, above + (midP ? at / 2 : at));
  }
  const nThrows = Math.min(MOST, Math.ceil(ENOUGH / level));
  return thrownSigns(nonZero, nThrows, seed);
}

function thrownSigns(differences: readonly number[], nThrows: number, seed: number): number {
  const values = new Float64Array(Math.ceil(differences.length / 16) * 16); // zeros fill the last block
  values.set(differences);
  const least = sum(values) - TIE_SLACK * sum(values.map(Math.abs));
  const random = seededRandom(seed);
  let asLarge = 0;
  for (let thrown = 1; thrown <= nThrows; thrown++) {
    let total = 0;
    for (let i = 0; i < values.length; i += 16) {
      const signs = random(2 ** 16);
      for (let j = 0; j < 16; j++) total += (((signs >> j) & 1) * 2 - 1) * values[i + j]!;
    }
    if (total >= least) asLarge += 1;
    if (asLarge === ENOUGH) return ENOUGH / thrown;
  }
  return (asLarge + 1) / (nThrows + 1);
}
