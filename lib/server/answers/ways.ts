import { randomInt } from "node:crypto";
import type { ReplyWay } from "../../model/generate/options";
import { given } from "../../options/given";
import type { Generating } from "../schemas/generating";

const SEEDS = 2 ** 32;

/** How a request wants its answers written. */
export interface Asked {
  /** One for each of `n`: they differ in their seeds. */
  readonly ways: readonly ReplyWay[];
  readonly seed: number;
}

/** @param maxTokens of each answer */
export function askedOf(request: Generating, maxTokens: number): Asked {
  const seed = request.seed ?? randomInt(SEEDS);
  const { temperature, top_p, top_k, min_p, stop } = request;
  const isGreedy = top_p === 0; // the smallest set that there is: the likeliest token
  const way = {
    maxTokens,
    temperature: isGreedy ? 0 : (temperature ?? 1),
    ...given({
      stop: stop === null || stop === undefined ? undefined : [stop].flat(),
      topP: isGreedy ? undefined : (top_p ?? undefined),
      topK: top_k ?? undefined,
      minP: min_p ?? undefined,
    }),
  };
  const ways = Array.from({ length: request.n ?? 1 }, (_, i) => ({ ...way, seed: seedOf(seed + i) }));
  return { ways, seed };
}

/** Any whole number, as the 32 bits that the sampler takes. */
function seedOf(seed: number): number {
  return ((seed % SEEDS) + SEEDS) % SEEDS;
}
