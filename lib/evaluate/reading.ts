import type { Clusters } from "../statistics/clusters";
import { mean } from "../statistics/mean";
import { ratioInterval } from "../statistics/ratio";
import type { Reading } from "./evaluation";

/** A gain of which forcing the choices leaves less than this is one of format; of which it leaves all but this, knowledge. */
export const LITTLE = 1 / 3;

/**
 * What a difference is: the answers' form, which is the same for both arms once their choices are forced, knowledge, or
 * both. Wrong for at most 5 % of gains, whatever they are: it speaks where the whole interval of the share that forcing
 * leaves is of one kind.
 *
 * @param free differences of scores, question by question; `forced` those of the same questions with the choices forced
 */
export function readDifference(free: readonly number[], forced: readonly number[], clusters?: Clusters): Reading {
  const interval = ratioInterval(forced, free, clusters);
  return { is: interval === null ? "unclear" : kindOf(interval), share: mean(forced) / mean(free), interval };
}

function kindOf([low, high]: readonly [number, number]): Reading["is"] {
  if (high < LITTLE) return "format";
  if (low > 1 - LITTLE) return "knowledge";
  return low > LITTLE && high < 1 - LITTLE ? "both" : "unclear";
}
