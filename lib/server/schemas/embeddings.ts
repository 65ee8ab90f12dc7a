import { z } from "zod";
import { inputs } from "./completion-request";
import { refused, whole } from "./values";

const format = z.enum(["float", "base64", "sparse"]);
export type EmbeddingFormat = z.output<typeof format>;

export const embeddingsRequest = z.object({
  model: z.string("a string").nullish(),
  input: inputs.describe("Texts, or token ids as they are."),
  layer: whole(0, 2 ** 16, "The block after which the residual stream is read; the last one without it."),
  sae: z
    .string("a string")
    .min(1)
    .max(256)
    .nullish()
    .describe("In place of a layer the SAE whose features are the coordinates, as blocks.12.hook_resid_post."),
  pooling: z.enum(["mean", "max", "last"]).nullish().describe("Over a text's tokens; mean without it."),
  encoding_format: format
    .nullish()
    .describe("sparse with an SAE, else float without it; base64 is of float32 in little-endian order."),
  dimensions: refused("embeddings of another width"),
});
export type EmbeddingsRequest = z.output<typeof embeddingsRequest>;

const sparse = z.object({
  features: z.array(z.int()).describe("Those that are not zero, ascending."),
  values: z.array(z.number()).describe("Of each, its pooled activation."),
});
const embedding = z.union([z.array(z.number()), z.string(), sparse]);
export type Embedding = z.output<typeof embedding>;

export const embeddingsAnswer = z.object({
  object: z.literal("list"),
  model: z.string(),
  dimensions: z.int().describe("How many coordinates a text has."),
  data: z.array(z.object({ object: z.literal("embedding"), index: z.int(), embedding })),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
});
