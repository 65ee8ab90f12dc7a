import { denseOf, type SparseEmbedding } from "../../model/generate/embed";
import type { Embedding, EmbeddingFormat } from "../schemas/embeddings";

/** A text's coordinates as a request wants them written. @param dimensions how many there are */
export function writtenAs(format: EmbeddingFormat, embedding: SparseEmbedding, dimensions: number): Embedding {
  if (format === "sparse") {
    return { features: Array.from(embedding.features), values: Array.from(embedding.values) };
  }
  const dense = denseOf(embedding, dimensions);
  return format === "float" ? Array.from(dense) : Buffer.from(dense.buffer).toString("base64");
}
