import { z } from "zod";
import { count, interval, share } from "../../files/schema";

const change = z.object({
  /** The mean over questions, this arm's minus the baseline's. */
  difference: z.number(),
  /** BCa bootstrap over questions, or over their clusters. */
  interval,
  /** Two-sided paired permutation test, by cluster where there are clusters. */
  pValue: share,
  /** Holm's, over the profiles, or over the arms of one kind in their place. */
  adjustedP: share,
});
/** @interface */
export type OrdersChange = z.infer<typeof change>;

const armInOrders = z.object({
  /** Of the baseline, of a profile that steers, unlike another, or of what needs no SAE in its place. */
  name: z.string(),
  /** Mean share of a question's other options that are less likely than the gold one, over the orders; 0.5 is chance. */
  auroc: share,
  /** BCa bootstrap over questions, or over their clusters. */
  aurocInterval: interval,
  /** Mean natural logarithm of the gold option's probability among the options, over the orders. */
  goldLogProbability: z.number(),
  /**
   * Share of the questions whose gold option is the likeliest by its mean log-probability over the orders: what asking in all of them
   * gives. Older versions did not say.
   */
  accuracyOverOrders: share.exactOptional(),
  /** Share of the prompts at which the likeliest choice is right: this depends on the letters that the model likes. */
  accuracy: share,
  /** By letter: the share of the prompts at which it is the likeliest, and at which it is right. */
  letters: z.array(z.object({ choice: z.string(), likeliest: share, gold: share })),
  /** Half the sum of the differences between the two (total variation distance): 0 without a liking for letters. */
  letterBias: share,
  /** Null for the baseline. */
  change: z.object({ auroc: change, goldLogProbability: change }).nullable(),
});
/**
 * What one arm knows of the gold options whatever letter it likes.
 * @interface
 */
export type ArmInOrders = z.infer<typeof armInOrders>;

export const ordersSummary = z.object({
  /** Questions whose options change places, and the prompts that they make. */
  n: count,
  nPrompts: count,
  /** Most orders of a question: each of its options, four at most, stands once at the place of each of them. */
  nOrders: count,
  arms: z.array(armInOrders).min(1),
});
/**
 * Baseline, profiles and what needs no SAE with the options in several orders.
 * @interface
 */
export type OrdersSummary = z.infer<typeof ordersSummary>;
