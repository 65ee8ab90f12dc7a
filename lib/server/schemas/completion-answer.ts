import { z } from "zod";
import { arm, ended, finishReason, head, layerReceipt, usage } from "./answer";
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
      finish_reason: finishReason.nullable(),
      receipt: z.array(layerReceipt).exactOptional().describe("In a choice's last chunk."),
    }),
  ),
  usage: usage.nullish(),
});
export type CompletionChunk = z.output<typeof completionChunk>;
