import type { Branch } from "../lib/model/branch";
import type { Engine } from "../lib/model/engine";
import type { ModelInfo } from "../lib/model/loaded-model";
import type { Stream } from "./plain";

/** A bias that leaves out every token that ends a text. */
export function withoutEnd({ endTokens }: ModelInfo): Record<number, number> {
  return Object.fromEntries(endTokens.map((token) => [token, -1e4]));
}

/**
 * Has each stream generate exactly its tokens, so many streams at a time: the next one begins when one of them has ended.
 */
export async function generate(
  engine: Engine,
  streams: readonly Stream[],
  branch: (stream: number) => Branch = () => ({}),
  atOnce = streams.length,
): Promise<void> {
  const waiting = streams.entries();
  const worker = async () => {
    for (const [i, { prompt, nGenerate }] of waiting) {
      const { branches } = await engine.run({ prompt, branches: [{ ...branch(i), maxTokens: nGenerate }] });
      const n = branches[0]!.tokens.length;
      // A stream that ends early would make the others faster.
      if (n !== nGenerate) throw new Error(`a stream ended after ${n} of ${nGenerate} tokens`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
