import { z } from "zod";
import type { NativeSampling } from "../native/addon";
import { integer, number } from "../options/kinds";
import { type Given, option } from "../options/option";
import { resolveOptions } from "../options/resolve";

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
  seed: option("of the branch's own random numbers", integer(0, 2 ** 32 - 1).default(0)),
});

/**
 * How tokens are chosen. Greedy unless `temperature` is above 0; the filters apply in the order given here.
 * @interface
 */
export type Sampling = Given<typeof samplingOptions>;

const GREEDY = samplingOptions.parse({});

/** @throws RangeError `ERR_OUT_OF_RANGE` */
export function resolveSampling(sampling?: Sampling): NativeSampling {
  return sampling ? resolveOptions(samplingOptions, sampling) : GREEDY;
}
