import { featuresAnswer, featuresChunks } from "../answers/features-answer";
import { headOf } from "../answers/head";
import { messagesOf } from "../answers/messages";
import { askedOf } from "../answers/ways";
import type { App } from "../app";
import { ApiError } from "../errors/api-error";
import { watched } from "../features";
import { tokensOf } from "../inputs";
import { modelNamed } from "../model-name";
import {
  featuresAnswer as featuresAnswerSchema,
  featuresChunk,
  type FeaturesRequest,
  featuresRequest,
} from "../schemas/features";
import { answersOf } from "../schemas/responses";
import type { Served } from "../served";
import { sendEvents } from "../sse";
import { inForce } from "../steering/in-force";

const MAX_TOKENS = 64;

export function addFeatures(app: App, served: Served): void {
  app.post(
    "/v1/features",
    {
      schema: {
        summary: "An answer, with the values of features at each of its tokens.",
        tags: ["Steering"],
        body: featuresRequest,
        response: answersOf(featuresAnswerSchema, featuresChunk),
      },
    },
    async (request, reply) => {
      const { body } = request;
      const model = modelNamed(body.model, served);
      const steered = { ...(await inForce(body.steering, model, served)), compare: false };
      const maxTokens = Math.min(body.max_tokens ?? MAX_TOKENS, served.maxAnswerTokens);
      const asked = askedOf(
        body,
        { maxTokens, watch: await watched(body.features, served.saes) },
        steered,
        served.model,
      );
      const head = headOf("features", model.id, asked.seed, steered);
      const prompt = promptOf(body, served);
      const ways = asked.waysOf(() => served.encoder.encode(prompt, false).tokens);
      const work = served.underWay.begin(reply.raw);
      const { signal } = work;
      if (body.stream) {
        const pieces = served.generator.streamFork(prompt, ways, { signal });
        return await sendEvents(reply, work, featuresChunks(head, pieces, body.features.length, served.texts));
      }
      using _ = work;
      const [answer] = await served.generator.fork(prompt, ways, { signal });
      return featuresAnswer(head, answer!, body.features, served.texts);
    },
  );
}

/** @throws ApiError 400 where there is none, or two */
function promptOf({ messages, prompt }: FeaturesRequest, { model }: Served) {
  if (messages && (prompt === null || prompt === undefined)) return messagesOf({ messages });
  if (!messages && prompt !== null && prompt !== undefined) return tokensOf(prompt, model)[0]!;
  throw new ApiError(400, "Give one of 'messages' and 'prompt'.", "messages", "missing_required_parameter");
}
