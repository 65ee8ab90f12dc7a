import { z } from "zod";
import type { NativeSampling } from "../native/addon";
import { integer, number, numbersById } from "../options/kinds";
import { type Given, option } from "../options/option";
import { resolveOptions } from "../options/resolve";

function factor() {
  const expected = "a number above 0, at most 100";
  return number(expected).gt(0, expected).max(100, expected);
}

function penalty() {
  const expected = "a number from -100 to 100";
  return number(expected).min(-100, expected).max(100, expected);
}

function bias() {
  const expected = "a number from -1e9 to 1e9";
  return number(expected).min(-1e9, expected).max(1e9, expected);
}

const MOST = 2 ** 31 - 1;

export const samplingOptions = z.object({
  temperature: option(
    "0 is greedy, with the lower token id on a tie",
    number("a number of at least 0").min(0, "a number of at least 0").default(0),
    { value: "t" },
  ),
  topK: option("keep the k most likely tokens; 0: all", integer(0).default(0), { value: "k" }),
  topP: option(
    "keep the smallest set of tokens whose probabilities sum to p",
    number("a number in (0, 1]").gt(0, "a number in (0, 1]").max(1, "a number in (0, 1]").default(1),
    { value: "p" },
  ),
  minP: option(
    "keep tokens at least p times as likely as the likeliest",
    number("a number in [0, 1)").min(0, "a number in [0, 1)").lt(1, "a number in [0, 1)").default(0),
    { value: "p" },
  ),
  repeatPenalty: option("divide the logits of tokens that were there before", factor().default(1), { value: "x" }),
  frequencyPenalty: option("take this from a token's logit for each time it was there", penalty().default(0), {
    value: "x",
  }),
  presencePenalty: option("take this from the logits of tokens that were there before", penalty().default(0), {
    value: "x",
  }),
  penaltyTokens: option("how many of the last tokens the penalties look at", integer(0, MOST).default(64), {
    more: "Of prompt and answer; 0 switches them off.",
  }),
  logitBias: option("add to the logits of tokens, by id", numbersById(bias(), "numbers by token id").exactOptional(), {
    value: "token=x,...",
    otherwise: "none",
    more: "A large negative number forbids a token.",
  }),
  seed: option("of the branch's own random numbers", integer(0, 2 ** 32 - 1).default(0)),
});

/**
 * How tokens are chosen. Greedy unless `temperature` is above 0; then `topK`, `topP` and `minP` apply, in this order. The
 * bias first and then the penalties come before all that, and where it is greedy too.
 * @interface
 */
export type Sampling = Given<typeof samplingOptions>;

const GREEDY = resolve({});

/** @throws RangeError `ERR_OUT_OF_RANGE` */
export function resolveSampling(sampling?: Sampling): NativeSampling {
  return sampling ? resolve(sampling) : GREEDY;
}

function resolve(sampling: Sampling): NativeSampling {
  const { logitBias = {}, ...resolved } = resolveOptions(samplingOptions, sampling);
  return {
    ...resolved,
    logitBias: {
      tokens: Int32Array.from(Object.keys(logitBias), Number),
      values: Float64Array.from(Object.values(logitBias)),
    },
  };
}
