import { z } from "zod";
import { generating } from "./generating";
import { flag, refused, whole } from "./values";
import { watchedNames } from "./watched";

const MOST_MESSAGES = 4096;

const textPart = z.object({
  type: z.literal("text", "text: this server reads no images, sound or files"),
  text: z.string("a string"),
});
const content = z
  .union([z.string("a string"), z.array(textPart)], "a string or an array of parts")
  .describe("Text, or parts of type text.");

const message = z.object({
  role: z.enum(["system", "developer", "user", "assistant"]).describe("developer is another word for system."),
  content: content.nullish(),
});

export const conversation = z.array(message, "an array of messages").min(1).max(MOST_MESSAGES);

export const chatRequest = z.object({
  messages: conversation,
  ...generating,
  max_completion_tokens: whole(0, 2 ** 31 - 1, "Most tokens of an answer, reasoning included."),
  max_tokens: whole(0, 2 ** 31 - 1, "The same by its former name."),
  logprobs: flag("How likely the model held each token of the answer."),
  top_logprobs: whole(0, 20, "Beside `logprobs`, how many of the likeliest."),
  features: watchedNames
    .nullish()
    .describe("Of the server's SAEs: their values at each token come with the answer, as its choices' `tokens`."),
  tools: refused("tools"),
  functions: refused("functions"),
  function_call: refused("functions"),
  audio: refused("sound"),
});

export type ChatRequest = z.output<typeof chatRequest>;
