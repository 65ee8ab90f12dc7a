import { randomInt } from "node:crypto";
import type { ReplyWay } from "../../model/generate/options";
import { given } from "../../options/given";
import type { Generating } from "../schemas/generating";
import type { InForce } from "../steering/in-force";

const SEEDS = 2 ** 32;

/** How a request wants its answers written. */
export interface Asked {
  /** One for each of `n`, which differ in their seeds; to compare, first all plain ones, then the same steered. */
  readonly ways: readonly ReplyWay[];
  readonly seed: number;
  /** Of each way, to compare. */
  readonly arms: readonly ("plain" | "steered")[] | undefined;
}

/** @param maxTokens of each answer */
export function askedOf(request: Generating, maxTokens: number, { steering, compare }: InForce): Asked {
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
  const plain = Array.from({ length: request.n ?? 1 }, (_, i) => ({ ...way, seed: seedOf(seed + i) }));
  const steered = steering ? plain.map((each) => ({ ...each, steering })) : plain;
  if (!compare) return { ways: steered, seed, arms: undefined };
  const arms = [...plain.map(() => "plain" as const), ...steered.map(() => "steered" as const)];
  return { ways: [...plain, ...steered], seed, arms };
}

/** Any whole number, as the 32 bits that the sampler takes. */
function seedOf(seed: number): number {
  return ((seed % SEEDS) + SEEDS) % SEEDS;
}
