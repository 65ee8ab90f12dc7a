import { z } from "zod";
import { responseFormat } from "./response-format";
import { steeringRequest } from "./steering";
import { decimal, flag, whole } from "./values";

const MOST_STOPS = 16;
const MOST_BIASES = 1024;

/** How many answers of one prompt: each has a place in the batch. */
const MOST_ANSWERS = 32;

const stopText = z.string("a string").min(1).max(1024);

/** What says how an answer is written, in every route that writes one. */
export const generating = {
  model: z
    .string("a string")
    .min(1)
    .max(1024)
    .nullish()
    .describe("One of /v1/models; without it the model unsteered by name."),
  stream: flag("Answer with server-sent events, as the tokens come."),
  stream_options: z.object({ include_usage: flag("A last chunk with the usage.") }, "an object").nullish(),
  n: whole(1, MOST_ANSWERS, "Answers to each prompt, all from one prefill."),
  stop: z
    .union([stopText, z.array(stopText).max(MOST_STOPS)], "a string or an array of strings")
    .nullish()
    .describe("Texts before which the answer ends."),
  seed: whole(
    Number.MIN_SAFE_INTEGER,
    Number.MAX_SAFE_INTEGER,
    "Of the random numbers; without it one is drawn, and told.",
  ),
  temperature: decimal(0, 2, "0 is greedy; 1 without it."),
  top_p: decimal(0, 1, "The smallest set of tokens whose probabilities sum to this; 0 is greedy."),
  top_k: whole(0, 2 ** 31 - 1, "The k most likely tokens; 0: all."),
  min_p: decimal(0, 1, "Tokens at least this share as likely as the likeliest."),
  frequency_penalty: decimal(-2, 2, "Taken from a token's logit for each time that it was there."),
  presence_penalty: decimal(-2, 2, "Taken from the logits of tokens that were there."),
  repeat_penalty: decimal(0.01, 100, "The logits of tokens that were there are divided by this."),
  repetition_penalty: decimal(0.01, 100, "The same by another name."),
  repeat_last_n: whole(0, 2 ** 31 - 1, "How many of the last tokens the penalties look at; 64 without it."),
  logit_bias: z
    .record(z.string().regex(/^\d{1,9}$/, "token ids"), z.number("a number").min(-100).max(100), "an object of numbers")
    .refine((biases) => Object.keys(biases).length <= MOST_BIASES, `expected at most ${MOST_BIASES} tokens`)
    .nullish()
    .describe("Added to the logits of tokens, by their ids; -100 forbids one."),
  response_format: responseFormat,
  grammar: z
    .string("a string")
    .min(1)
    .max(2 ** 16)
    .nullish()
    .describe("A grammar in GBNF that answers are held to."),
  steering: steeringRequest.optional(),
  user: z.string("a string").nullish().describe("Read by nobody."),
};

/** What `generating` gives. */
export type Generating = z.output<z.ZodObject<typeof generating>>;
