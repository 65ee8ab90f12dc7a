import { z } from "zod";
import { generating } from "./generating";
import { flag, refused, whole } from "./values";

const MOST_PROMPTS = 256;
const MOST_PROMPT_TOKENS = 2 ** 20;

export const tokenIds = z
  .array(
    z
      .int("an integer")
      .min(0)
      .max(2 ** 31 - 1),
    "an array of token ids",
  )
  .min(1)
  .max(MOST_PROMPT_TOKENS);

/** Text or token ids: one, or several. */
export const inputs = z.union(
  [
    z.string("a string"),
    tokenIds,
    z.array(z.string("a string")).min(1).max(MOST_PROMPTS),
    z.array(tokenIds).min(1).max(MOST_PROMPTS),
  ],
  "a string, an array of strings, or token ids",
);
export type Inputs = z.output<typeof inputs>;

/** How many of the likeliest tokens may stand beside each. */
export const MOST_LIKELIEST = 100;

export const completionRequest = z.object({
  prompt: inputs.describe("Texts, or token ids as they are."),
  ...generating,
  max_tokens: whole(0, 2 ** 31 - 1, "Most tokens of an answer; 16 without it."),
  echo: flag("The prompt before the answer; with `logprobs` its tokens, too."),
  logprobs: z
    .union([z.boolean(), z.int("an integer").min(0).max(MOST_LIKELIEST)], "an integer or a boolean")
    .nullish()
    .describe("A number: the former form, with so many of the likeliest tokens. true: the present one."),
  top_logprobs: whole(0, MOST_LIKELIEST, "Beside `logprobs: true`, how many of the likeliest."),
  suffix: refused("text after the answer"),
});
export type CompletionRequest = z.output<typeof completionRequest>;
