import { z } from "zod";
import { ended, ending, head } from "./answer";
import { conversation } from "./chat-request";
import { generating } from "./generating";
import { tokenIds } from "./completion-request";
import { whole } from "./values";
import { watchedNames, watchedToken } from "./watched";

export const featuresRequest = z.object({
  features: watchedNames.min(1).describe("Of the server's SAEs."),
  messages: conversation.nullish().describe("A conversation to answer,"),
  prompt: z
    .union([z.string("a string"), tokenIds], "a string or token ids")
    .nullish()
    .describe("or a text to go on from."),
  ...generating,
  n: whole(1, 1, "One answer."),
  max_tokens: whole(0, 2 ** 31 - 1, "Most tokens of the answer; 64 without it."),
});
export type FeaturesRequest = z.output<typeof featuresRequest>;

export const featuresAnswer = z.object({
  ...head,
  object: z.literal("features"),
  features: z.array(z.string()),
  tokens: z.array(watchedToken),
  ...ended,
});
export type FeaturesAnswer = z.output<typeof featuresAnswer>;

export const featuresChunk = z.object({
  ...head,
  object: z.literal("features.chunk"),
  tokens: z.array(watchedToken),
  ...ending,
});
export type FeaturesChunk = z.output<typeof featuresChunk>;
