import { z } from "zod";
import type { App } from "../app";
import { tokensOf } from "../inputs";
import { modelNamed } from "../model-name";
import { inputs } from "../schemas/completion-request";
import { answerOf } from "../schemas/responses";
import { refused, whole } from "../schemas/values";
import type { Served } from "../served";

const embeddingsRequest = z.object({
  model: z.string("a string").nullish(),
  input: inputs.describe("Texts, or token ids as they are."),
  encoding_format: z.enum(["float", "base64"]).nullish().describe("base64: of float32 in little-endian order."),
  layer: whole(0, 2 ** 16, "The block after which the residual stream is read; the last one without it."),
  pooling: z.enum(["mean", "max", "last"]).nullish().describe("Over a text's tokens; mean without it."),
  dimensions: refused("embeddings of another width"),
});

const embeddingsAnswer = z.object({
  object: z.literal("list"),
  model: z.string(),
  data: z.array(
    z.object({
      object: z.literal("embedding"),
      index: z.int(),
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
});

export function addEmbeddings(app: App, served: Served): void {
  app.post(
    "/v1/embeddings",
    {
      schema: {
        summary: "Texts as residual rows, pooled; steering has no part in it.",
        tags: ["OpenAI"],
        body: embeddingsRequest,
        response: answerOf(embeddingsAnswer),
      },
    },
    async ({ body }, reply) => {
      const { id } = modelNamed(body.model, served);
      const texts = tokensOf(body.input, served.model);
      using work = served.underWay.begin(reply.raw);
      const rows = await served.generator.embed(texts, {
        pooling: body.pooling ?? "mean",
        ...(typeof body.layer === "number" && { layer: body.layer }),
        signal: work.signal,
      });
      const tokens = texts.reduce((sum, { length }) => sum + length, 0);
      const written = body.encoding_format === "base64" ? base64Of : (row: Float32Array) => Array.from(row);
      return {
        object: "list" as const,
        model: id,
        data: rows.map((row, index) => ({ object: "embedding" as const, index, embedding: written(row) })),
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      };
    },
  );
}

function base64Of(row: Float32Array): string {
  return Buffer.from(row.buffer, row.byteOffset, row.byteLength).toString("base64");
}
