import { randomInt } from "node:crypto";
import type { Model } from "../../model/model";
import type { ReplyWay } from "../../model/generate/options";
import { given } from "../../options/given";
import type { Generating } from "../schemas/generating";
import { formOf } from "./form";
import { begunAt } from "../steering/begin";
import type { InForce } from "../steering/in-force";

const SEEDS = 2 ** 32;

/** How a request wants its answers written. */
export interface Asked {
  /**
   * The ways to answer a prompt: one for each of `n`, which differ in their seeds; to compare, first all plain ones, then
   * the same steered.
   */
  readonly waysOf: (prompt: () => Int32Array) => readonly ReplyWay[];
  readonly nWays: number;
  readonly seed: number;
  /** Of each way, to compare. */
  readonly arms: readonly ("plain" | "steered")[] | undefined;
}

/** What is known of tokens of the answers. */
type Scores = Pick<ReplyWay, "logProbabilities" | "promptLogProbabilities" | "watch">;

/** @param own what is the route's affair: how long an answer is, and what is to be known of tokens */
export function askedOf(
  request: Generating,
  own: Scores & { readonly maxTokens: number },
  { steering, begin, compare }: InForce,
  model: Model,
): Asked {
  const seed = request.seed ?? randomInt(SEEDS);
  const way = { ...own, ...samplingOf(request), ...formOf(request.response_format, request.grammar) };
  const plain = Array.from({ length: request.n ?? 1 }, (_, i) => ({ ...way, seed: seedOf(seed + i) }));
  const steered = (prompt: () => Int32Array) => {
    if (!steering) return plain;
    const begun = Object.keys(begin).length === 0 ? steering : begunAt(steering, begin, prompt(), model);
    return plain.map((each) => ({ ...each, steering: begun }));
  };
  if (!compare) return { waysOf: steered, nWays: plain.length, seed, arms: undefined };
  const arms = (["plain", "steered"] as const).flatMap((arm) => plain.map(() => arm));
  return { waysOf: (prompt) => [...plain, ...steered(prompt)], nWays: arms.length, seed, arms };
}

function samplingOf({ temperature, top_p, top_k, min_p, stop, ...penalties }: Generating): ReplyWay {
  const isGreedy = top_p === 0; // the smallest set that there is: the likeliest token
  return {
    temperature: isGreedy ? 0 : (temperature ?? 1),
    ...given({
      stop: stop === null || stop === undefined ? undefined : [stop].flat(),
      topP: isGreedy ? undefined : (top_p ?? undefined),
      topK: top_k ?? undefined,
      minP: min_p ?? undefined,
      repeatPenalty: penalties.repeat_penalty ?? penalties.repetition_penalty ?? undefined,
      frequencyPenalty: penalties.frequency_penalty ?? undefined,
      presencePenalty: penalties.presence_penalty ?? undefined,
      penaltyTokens: penalties.repeat_last_n ?? undefined,
      logitBias: penalties.logit_bias ?? undefined,
    }),
  };
}

/** Any whole number, as the 32 bits that the sampler takes. */
function seedOf(seed: number): number {
  return ((seed % SEEDS) + SEEDS) % SEEDS;
}
