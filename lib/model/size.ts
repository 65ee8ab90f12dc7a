import { type GgufHeader, readGgufHeader } from "../files/gguf";
import { errorCode } from "../errors";
import { sum } from "../statistics/mean";
import { modelFiles, modelStamp } from "./files";
import { repackedBytes } from "./repacked";

/** What of a model decides how much memory it takes. */
export interface ModelSize {
  readonly nLayer: number;
  readonly nEmbd: number;
  readonly nVocab: number;
  readonly nCtxTrain: number;
  /** Beyond it some are computed otherwise: with other rotations (longrope). */
  readonly nCtxOrig: number;
  /** Values that the cache keeps of a token, of keys and values in all layers. */
  readonly kvWidth: number;
  readonly fileBytes: number;
  /** Of what is kept in memory once more. */
  readonly repackedBytes: number;
}

/** By the header of its file, which is read alone; undefined where that does not say it, or the cache has more than keys and values. */
export async function modelSizeOf(path: string): Promise<ModelSize | undefined> {
  try {
    const [first, ...others] = modelFiles(path).map(readGgufHeader);
    const tensors = [first!, ...others].flatMap(({ tensors }) => tensors);
    const shape = shapeOf(first!);
    const { sizeBytes: fileBytes } = await modelStamp(path);
    return shape && { ...shape, fileBytes, repackedBytes: repackedBytes(tensors) };
  } catch (error) {
    if (errorCode(error) === "ERR_FILE_FORMAT") return undefined; // loading it says what is wrong
    throw error;
  }
}

function shapeOf({ architecture, numbers }: GgufHeader): Omit<ModelSize, "fileBytes" | "repackedBytes"> | undefined {
  const of = (key: string) => numbers.get(`${architecture}.${key}`);
  const one = (key: string) => of(key)?.[0];
  const keepsMore = [...numbers.keys()].some((key) => /\.(ssm|wkv|shortconv)\.|kv_lora_rank$/.test(key));
  const [nLayer, nEmbd, nCtxTrain] = ["block_count", "embedding_length", "context_length"].map(one);
  const nCtxOrig = one("rope.scaling.original_context_length") ?? nCtxTrain;
  const nVocab = numbers.get("tokenizer.ggml.tokens.length")?.[0];
  const heads = of("attention.head_count");
  if (keepsMore || !nLayer || !nEmbd || !nCtxTrain || !nCtxOrig || !nVocab || !heads) return undefined;
  const headDim = nEmbd / heads[0]!;
  const width = (one("attention.key_length") ?? headDim) + (one("attention.value_length") ?? headDim);
  const kvHeads = of("attention.head_count_kv") ?? heads;
  const inLayers = kvHeads.length === nLayer ? sum(kvHeads) : nLayer * kvHeads[0]!;
  const kvWidth = inLayers * width;
  return Number.isFinite(kvWidth) ? { nLayer, nEmbd, nVocab, nCtxTrain, nCtxOrig, kvWidth } : undefined;
}
