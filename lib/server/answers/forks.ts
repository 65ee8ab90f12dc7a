import type { Generator } from "../../model/generate/generator";
import type { Prompt, ReplyWay } from "../../model/generate/options";
import type { ForkChunk, Reply } from "../../model/generate/reply";
import { drained } from "../../model/drained";
import { pushed } from "../../model/pushed";

/** A prompt and how it is to be answered. */
export interface Forked {
  readonly prompt: Prompt;
  readonly ways: readonly ReplyWay[];
}

/** A piece of one of the answers to one of several prompts. */
export interface PromptChunk extends ForkChunk {
  readonly prompt: number;
}

/** Answers all of them at once: the first that fails ends the others. @returns by prompt */
export async function forkAll(generator: Generator, forks: readonly Forked[], signal: AbortSignal): Promise<Reply[][]> {
  const pieces = pushed<never, Reply[][]>(
    (_, either) => Promise.all(forks.map(({ prompt, ways }) => generator.fork(prompt, ways, { signal: either }))),
    signal,
  );
  return (await pieces.next()).value;
}

/** The same as they come. */
export function streamForkAll(
  generator: Generator,
  forks: readonly Forked[],
  signal: AbortSignal,
): AsyncGenerator<PromptChunk, Reply[][]> {
  return pushed(
    (push: (chunk: PromptChunk) => void, either) =>
      Promise.all(
        forks.map(({ prompt, ways }, index) =>
          drained(generator.streamFork(prompt, ways, { signal: either }), (piece) => {
            push({ ...piece, prompt: index });
          }),
        ),
      ),
    signal,
  );
}
