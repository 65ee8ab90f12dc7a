import { z } from "zod";
import { messagesOf } from "../answers/messages";
import type { App } from "../app";
import { ApiError } from "../errors/api-error";
import { conversation } from "../schemas/chat-request";
import { tokenIds } from "../schemas/completion-request";
import { answerOf } from "../schemas/responses";
import { flag } from "../schemas/values";
import type { Served } from "../served";

// The names of llama.cpp's server (content, add_special) and of vLLM's (prompt, add_special_tokens), whose clients differ.

const text = z.string("a string").nullish();
const tokenizeRequest = z.object({
  content: text.describe("The text,"),
  prompt: text.describe("the text by another name,"),
  messages: conversation.nullish().describe("or a conversation, put in the model's template."),
  add_special: flag("With a beginning-of-sequence token in front, where the vocabulary wants one; true without it."),
  add_special_tokens: flag("The same by another name."),
  parse_special: flag("Read control tokens as what they stand for; true without it."),
  with_pieces: flag("Tokens as objects with their text."),
});
const tokenizeAnswer = z.object({
  tokens: z.array(z.union([z.int(), z.object({ id: z.int(), piece: z.string() })])),
  count: z.int(),
  max_model_len: z.int(),
});
const detokenizeRequest = z.object({
  tokens: z.union([tokenIds, z.array(z.never()).length(0)], "an array of token ids"),
});
const detokenizeAnswer = z.object({ content: z.string(), prompt: z.string() });
const tags = ["Tokens"];

export function addTokenize(app: App, { model, encoder, texts, generator }: Served): void {
  app.post(
    "/tokenize",
    { schema: { summary: "Text as tokens.", tags, body: tokenizeRequest, response: answerOf(tokenizeAnswer) } },
    ({ body }) => {
      const ids = Array.from(tokensOf(body));
      const tokens = body.with_pieces ? ids.map((id) => ({ id, piece: texts.text(id) })) : ids;
      return { tokens, count: ids.length, max_model_len: generator.engine.contextTokens };
    },
  );
  app.post(
    "/detokenize",
    { schema: { summary: "Tokens as text.", tags, body: detokenizeRequest, response: answerOf(detokenizeAnswer) } },
    ({ body }) => {
      const found = model.detokenize(Int32Array.from(body.tokens), { special: true });
      return { content: found, prompt: found };
    },
  );

  function tokensOf({ content, prompt, messages, ...how }: z.output<typeof tokenizeRequest>): Int32Array {
    const given = content ?? prompt;
    if (typeof given === "string") {
      const addSpecial = how.add_special ?? how.add_special_tokens ?? true;
      return model.tokenize(given, { addSpecial, parseSpecial: how.parse_special ?? true });
    }
    if (messages) return encoder.encode(messagesOf({ messages }), false).tokens;
    throw new ApiError(400, "Missing required parameter: 'content'.", "content", "missing_required_parameter");
  }
}
