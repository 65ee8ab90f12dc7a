import { z } from "zod";
import { count, extent } from "../../files/schema";
import type { ModelSize } from "../../model/size";
import models from "./models.json";

const gguf = z.strictObject({
  repo: z.string().min(1),
  /** What its file's name has; where nobody here has seen one, the repository is known alone. */
  quantisation: z.string().min(1).optional(),
  /** Of that file. */
  sizeBytes: count.optional(),
  /** The model that it is of, where that is the other one of base and instruction-tuned. */
  of: z.string().min(1).optional(),
  source: z.string().min(1),
});

/**
 * A repository of the Hugging Face hub with a model as GGUF files.
 * @interface
 */
export type KnownGguf = z.infer<typeof gguf>;

const known = z.strictObject({
  nLayer: extent,
  nEmbd: extent,
  nKvHead: extent.optional(),
  headDim: extent.optional(),
  nVocab: extent.optional(),
  /** Where it is less than the cells of the cache that an engine has by default. */
  nCtxTrain: extent.optional(),
  /** Of its shape. */
  source: z.string().min(1).optional(),
  gguf: z.array(gguf).default([]),
});

/** A model that SAEs are published for, by its Hugging Face id. */
export type KnownModel = z.infer<typeof known>;

export const knownModels: Readonly<Record<string, KnownModel>> = z.record(z.string(), known).parse(models.models);

/** The model of this id. */
export function knownModel(id: string): KnownModel {
  const found = knownModels[id];
  if (!found) throw new Error(`the catalogue has no model ${id}`);
  return found;
}

/** As `--model` takes it. */
export function ggufReference({ repo, quantisation }: KnownGguf): string {
  return quantisation === undefined ? `hf:${repo}` : `hf:${repo}:${quantisation}`;
}

/** What a known model takes as a GGUF file of so many bytes; undefined where its shape is not known. */
export function knownModelSize(
  { nLayer, nEmbd, nKvHead, headDim, nVocab, nCtxTrain = Infinity }: KnownModel,
  fileBytes: number,
): ModelSize | undefined {
  if (nKvHead === undefined || headDim === undefined || nVocab === undefined) return undefined;
  const kvWidth = nLayer * nKvHead * 2 * headDim;
  return { nLayer, nEmbd, nVocab, nCtxTrain, nCtxOrig: nCtxTrain, kvWidth, fileBytes, repackedBytes: 0 };
}
