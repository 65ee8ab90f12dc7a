import { watchedTokens } from "../answers/watched-tokens";
import type { App } from "../app";
import { chatAnswer, chatChunks, type ChatTelling } from "../answers/chat-answer";
import { headOf } from "../answers/head";
import { presentLogprobs } from "../answers/logprobs";
import { messagesOf } from "../answers/messages";
import { askedOf } from "../answers/ways";
import { watched } from "../features";
import { modelNamed } from "../model-name";
import { chatAnswer as chatAnswerSchema, chatChunk } from "../schemas/chat-answer";
import { chatRequest } from "../schemas/chat-request";
import { answersOf } from "../schemas/responses";
import type { Served } from "../served";
import { sendEvents } from "../sse";
import { inForce } from "../steering/in-force";

export function addChatCompletions(app: App, served: Served): void {
  app.post(
    "/v1/chat/completions",
    {
      schema: {
        summary: "Answer a conversation.",
        tags: ["OpenAI"],
        body: chatRequest,
        response: answersOf(chatAnswerSchema, chatChunk),
      },
    },
    async (request, reply) => {
      const { body } = request;
      const model = modelNamed(body.model, served);
      const steered = await inForce(body.steering, model, served);
      const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? served.maxAnswerTokens;
      const watch = body.features?.length ? await watched(body.features, served.saes) : undefined;
      const asked = askedOf(
        body,
        {
          maxTokens: Math.min(maxTokens, served.maxAnswerTokens),
          ...(body.logprobs && { logProbabilities: body.top_logprobs ?? 0 }),
          ...(watch && { watch }),
        },
        steered,
        served.model,
      );
      const told: ChatTelling = {
        arms: asked.arms,
        logprobs: body.logprobs ? (tokens) => presentLogprobs(tokens, served.texts) : undefined,
        watched: watch && ((piece) => watchedTokens(piece, watch.names.length, served.texts)),
      };
      const head = headOf("chatcmpl", model.id, asked.seed, steered);
      const messages = messagesOf(body);
      const ways = asked.waysOf(() => served.encoder.encode(messages, false).tokens);
      const work = served.underWay.begin(reply.raw);
      const { signal } = work;
      if (body.stream) {
        const pieces = served.generator.streamFork(messages, ways, { signal });
        const withUsage = body.stream_options?.include_usage ?? false;
        return await sendEvents(reply, work, chatChunks(head, pieces, told, withUsage));
      }
      using _ = work;
      return chatAnswer(head, await served.generator.fork(messages, ways, { signal }), told);
    },
  );
}
