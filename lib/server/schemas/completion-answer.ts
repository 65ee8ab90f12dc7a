import { z } from "zod";
import { arm, ended, ending, head, usage } from "./answer";
import { formerLogprobs, presentLogprobs } from "./logprobs";

const choice = {
  index: z.int().describe("Prompts one after the other, of each its answers."),
  arm,
  text: z.string(),
  logprobs: z.union([formerLogprobs, presentLogprobs]).nullable(),
};

export const completionAnswer = z.object({
  ...head,
  object: z.literal("text_completion"),
  choices: z.array(z.object({ ...choice, ...ended })),
  usage,
});
export type CompletionAnswer = z.output<typeof completionAnswer>;

export const completionChunk = z.object({
  ...head,
  object: z.literal("text_completion"),
  choices: z.array(
    z.object({
      ...choice,
      ...ending,
    }),
  ),
  usage: usage.nullish(),
});
export type CompletionChunk = z.output<typeof completionChunk>;
