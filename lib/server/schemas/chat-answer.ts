import { z } from "zod";
import { presentLogprobs } from "./logprobs";
import { arm, ended, ending, head, usage } from "./answer";
import { watchedToken } from "./watched";

const tokens = z.array(watchedToken).exactOptional().describe("With `features`: their values at each token.");

export const chatAnswer = z.object({
  ...head,
  object: z.literal("chat.completion"),
  choices: z.array(
    z.object({
      index: z.int(),
      arm,
      message: z.object({
        role: z.literal("assistant"),
        content: z.string(),
        refusal: z.null(),
        reasoning_content: z.string().exactOptional(),
      }),
      logprobs: presentLogprobs.nullable(),
      tokens,
      ...ended,
    }),
  ),
  usage,
});
export type ChatAnswer = z.output<typeof chatAnswer>;

export const chatChunk = z.object({
  ...head,
  object: z.literal("chat.completion.chunk"),
  choices: z.array(
    z.object({
      index: z.int(),
      arm,
      delta: z.object({
        role: z.literal("assistant").exactOptional(),
        content: z.string().exactOptional(),
        reasoning_content: z.string().exactOptional(),
      }),
      logprobs: presentLogprobs.nullable(),
      tokens,
      ...ending,
    }),
  ),
  usage: usage.nullish().describe("With stream_options.include_usage: null but in the last chunk."),
});
export type ChatChunk = z.output<typeof chatChunk>;
