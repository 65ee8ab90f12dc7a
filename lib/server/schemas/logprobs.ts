import { z } from "zod";

const likely = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.int()).describe("Of a token that is a part of a character only these tell it."),
});

/** Of each token how likely the model held it: natural logarithms over the whole vocabulary. */
export const presentLogprobs = z.object({
  content: z.array(z.object({ ...likely.shape, logprob: z.number().nullable(), top_logprobs: z.array(likely) })),
  refusal: z.null(),
});
export type PresentLogprobs = z.output<typeof presentLogprobs>;

/** The same as OpenAI's API had it first. */
export const formerLogprobs = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()).describe("null for a prompt's first token, which nothing is before."),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullable(),
  text_offset: z.array(z.int()).describe("Where each begins, in characters."),
});
export type FormerLogprobs = z.output<typeof formerLogprobs>;
