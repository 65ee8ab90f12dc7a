import type { App } from "../app";
import { chatAnswer, chatChunks } from "../answers/chat-answer";
import { headOf } from "../answers/head";
import { messagesOf } from "../answers/messages";
import { askedOf } from "../answers/ways";
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
      const asked = askedOf(body, Math.min(maxTokens, served.maxAnswerTokens), steered);
      const head = headOf("chatcmpl", model.id, asked.seed, steered);
      const messages = messagesOf(body);
      const work = served.underWay.begin(reply.raw);
      const { signal } = work;
      if (body.stream) {
        const pieces = served.generator.streamFork(messages, asked.ways, { signal });
        const withUsage = body.stream_options?.include_usage ?? false;
        return await sendEvents(reply, work, chatChunks(head, pieces, asked, withUsage));
      }
      using _ = work;
      return chatAnswer(head, await served.generator.fork(messages, asked.ways, { signal }), asked);
    },
  );
}
