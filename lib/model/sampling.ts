import { outOfRange } from "../errors";
import type { NativeSampling } from "../native/addon";

/** How tokens are chosen. Greedy unless `temperature` is above 0; the filters apply in the order given here. */
export interface Sampling {
  /** @default 0: greedy, the lower token id on a tie */
  temperature?: number;
  /** Keep the k most likely tokens. @default 0: off */
  topK?: number;
  /** Keep the smallest set of tokens whose probabilities sum to p. @default 1: off */
  topP?: number;
  /** Keep tokens at least p times as likely as the likeliest. @default 0: off */
  minP?: number;
  /** Of the branch's own random numbers, in [0, 2^32). @default 0 */
  seed?: number;
}

/** @throws RangeError `ERR_OUT_OF_RANGE` */
export function resolveSampling(sampling: Sampling = {}): NativeSampling {
  const { temperature = 0, topK = 0, topP = 1, minP = 0, seed = 0 } = sampling;
  if (!(temperature >= 0 && temperature < Infinity))
    throw outOfRange("temperature", "a number of at least 0", temperature);
  if (!Number.isInteger(topK) || topK < 0) throw outOfRange("topK", "an integer of at least 0", topK);
  if (!(topP > 0 && topP <= 1)) throw outOfRange("topP", "a number in (0, 1]", topP);
  if (!(minP >= 0 && minP < 1)) throw outOfRange("minP", "a number in [0, 1)", minP);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) throw outOfRange("seed", "an integer in [0, 2^32)", seed);
  return { temperature, topK, topP, minP, seed };
}
