import { mean, sum } from "./mean";

/** What a model makes of a question's gold option, whatever letters it likes. */
export interface GoldOverOrders {
  /** Natural logarithm of the gold option's probability among the options. */
  readonly logProbability: number;
  /** The share of the other options that are less likely than it, ties by half: of one gold option, the area under the ROC curve. */
  readonly auroc: number;
}

/**
 * Each option's log-probability is averaged over orders in which it stands once at each letter, then taken among the options.
 * Where a letter's own appeal adds to the log-probability of the option beside it, it falls out exactly, and so does
 * whatever changes it for all questions alike (Zheng et al. 2024, arXiv 2309.03882, section 4: the debiased probability, with
 * cyclic orders). The mean probability over orders does not have this: under a liking for one letter it tells of that.
 *
 * @param orders log-probabilities of each order's options, the same option at the same index, the gold one first
 */
export function goldOverOrders(orders: readonly (readonly number[])[]): GoldOverOrders {
  const worth = orders[0]!.map((_, option) => mean(orders.map((order) => order[option]!)));
  const [gold, ...others] = worth as [number, ...number[]];
  const odds = sum(worth.map((other) => Math.exp(other - gold)));
  return {
    logProbability: -Math.log(odds),
    auroc: mean(others.map((other) => (gold > other ? 1 : gold === other ? 0.5 : 0))),
  };
}
