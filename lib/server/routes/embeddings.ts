import { embedSparse, type EmbedOptions } from "../../model/generate/embed";
import { saeAt } from "../../sae/at";
import type { SaeFolder } from "../../sae/folder";
import { writtenAs } from "../answers/embedding";
import type { App } from "../app";
import { ApiError } from "../errors/api-error";
import { ofFeature } from "../features";
import { tokensOf } from "../inputs";
import { modelNamed } from "../model-name";
import { embeddingsAnswer, type EmbeddingsRequest, embeddingsRequest } from "../schemas/embeddings";
import { answerOf } from "../schemas/responses";
import type { Served } from "../served";

export function addEmbeddings(app: App, served: Served): void {
  const { model, generator, loadedSaes, underWay } = served;
  app.post(
    "/v1/embeddings",
    {
      schema: {
        summary: "Texts as residual rows or an SAE's features, pooled; steering has no part in it.",
        tags: ["OpenAI"],
        body: embeddingsRequest,
        response: answerOf(embeddingsAnswer),
      },
    },
    async ({ body }, reply) => {
      const { id } = modelNamed(body.model, served);
      const sae = saeOf(body, served);
      const texts = tokensOf(body.input, model);
      using work = underWay.begin(reply.raw);
      const embedded = (where: EmbedOptions) =>
        embedSparse(generator.engine, texts, { pooling: body.pooling ?? "mean", signal: work.signal, ...where });
      const points = sae
        ? await loadedSaes.use(sae, (loaded) => embedded({ sae: loaded }))
        : await embedded(typeof body.layer === "number" ? { layer: body.layer } : {});
      const dimensions = sae?.config.dSae ?? model.info.nEmbd;
      const format = body.encoding_format ?? (sae ? "sparse" : "float");
      const tokens = texts.reduce((sum, { length }) => sum + length, 0);
      return {
        object: "list" as const,
        model: id,
        dimensions,
        data: points.map((point, index) => ({
          object: "embedding" as const,
          index,
          embedding: writtenAs(format, point, dimensions),
        })),
        usage: { prompt_tokens: tokens, total_tokens: tokens },
      };
    },
  );
}

/** @throws ApiError 400 for one that is not there, or beside a layer */
function saeOf({ sae, layer }: EmbeddingsRequest, { saes }: Served): SaeFolder | undefined {
  if (typeof sae !== "string") return undefined;
  if (typeof layer === "number") {
    throw new ApiError(400, "Give one of 'layer' and 'sae': an SAE has its own layer.", "layer", "invalid_value");
  }
  try {
    return saeAt(sae, saes, "sae");
  } catch (error) {
    throw ofFeature(error, "sae", saes, "invalid_sae");
  }
}
