import { memoryNeed } from "../memory/need";
import type { Model } from "../model/model";
import { CONTEXT_TOKENS } from "../model/options";
import { modelSizeOf } from "../model/size";
import type { ResolvedTrainOptions } from "./options";

type Sizes = Pick<ResolvedTrainOptions, "dSae" | "nested" | "batchRows" | "bufferRows" | "sequenceTokens">;

/** Texts on their way to tokens, as measured. */
const TEXT_BYTES = 200e6;

/** Bytes that training of one layer keeps: encoder and decoder with two moments each, and its rows. */
export function layerBytes(nEmbd: number, { dSae, bufferRows }: Sizes): number {
  return 4 * (6 * dSae * nEmbd + bufferRows * nEmbd);
}

/** Bytes beside that: the model that reads, one step's work, and a layer's state on its way to a checkpoint. */
export async function readingBytes(model: Model, options: ResolvedTrainOptions): Promise<number> {
  const { nEmbd, path } = model.info;
  const size = await modelSizeOf(path);
  const { contextTokens = CONTEXT_TOKENS } = options.engine;
  const use = { contextTokens, weightBytes: 4, saeMemoryBytes: 0, spoolBytes: 0, isWhole: false };
  const reading = size ? memoryNeed(size, [], use).total : model.info.sizeBytes;
  return reading + TEXT_BYTES + stepBytes(nEmbd, options) + 4 * 6 * options.dSae * nEmbd;
}

/** Rows, what is wrong with them for each loss, pre-activations (of many rows a part at a time), and gradients. */
function stepBytes(nEmbd: number, { dSae, nested, batchRows }: Sizes): number {
  return 4 * ((3 + nested.length) * batchRows * nEmbd + batchRows * (dSae + nEmbd) + 2 * dSae * nEmbd);
}
