import { nextTurn } from "../next-turn";
import { membersOf } from "./groups";
import type { Clusters } from "./clusters";
import { sum } from "./mean";
import { seededRandom, shuffled, type RandomBelow } from "./random";
import { fitSparseLogistic } from "./sparse-logistic";

export interface StableOptions {
  readonly penalty: number;
  /** How often the samples are halved: two fits each. */
  readonly halvings: number;
  readonly clusters: Clusters;
  readonly seed: number;
  readonly onFit?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What many fits, each to half of the samples, agree on; one a column. */
export interface StableWeights {
  /** Share of the fits in which the column has a weight of the sign of its mean weight. */
  readonly shares: Float64Array;
  /** Mean over the fits, 0 in those that leave it out. */
  readonly weights: Float64Array;
}

/**
 * Sparse logistic regression of random halves of the samples, both halves of each (complementary pairs: Shah and Samworth
 * 2013, J. R. Stat. Soc. B 75, 55; stability selection: Meinshausen and Buehlmann 2010, 72, 417). Clusters are not parted.
 *
 * @param columns [p][n]
 * @throws the signal's reason
 */
export async function stableWeights(
  columns: readonly Float64Array[],
  correct: Uint8Array,
  { penalty, halvings, clusters, seed, onFit, signal }: StableOptions,
): Promise<StableWeights> {
  const random = seededRandom(seed);
  const units = clusters ? membersOf(clusters) : Array.from(correct, (_, sample) => [sample]);
  const fits: Float64Array[] = [];
  for (let halving = 0; halving < halvings; halving++) {
    for (const half of halved(units, random)) {
      await nextTurn(signal);
      onFit?.(fits.length, 2 * halvings);
      const own = columns.map((column) => Float64Array.from(half, (sample) => column[sample]!));
      const ofHalf = Uint8Array.from(half, (sample) => correct[sample]!);
      fits.push(fitSparseLogistic(own, ofHalf, penalty).weights);
    }
  }
  const weights = Float64Array.from(columns, (_, k) => sum(fits.map((fit) => fit[k]!)) / fits.length);
  const shares = weights.map((weight, k) => fits.filter((fit) => fit[k]! * weight > 0).length / fits.length);
  return { shares, weights };
}

/** Samples of one half of the units, and of the other, each ascending. */
function halved(units: readonly (readonly number[])[], random: RandomBelow): number[][] {
  const drawn = shuffled(units, random);
  const middle = Math.ceil(drawn.length / 2);
  return [drawn.slice(0, middle), drawn.slice(middle)].map((half) => half.flat().sort((a, b) => a - b));
}
