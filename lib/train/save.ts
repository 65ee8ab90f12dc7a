import { join } from "node:path";
import { z } from "zod";
import { SteeringError } from "../errors";
import { readJson } from "../files/json";
import type { Tensor } from "../files/safetensors";
import type { NativeTrainedSae } from "../native/addon";
import { CONFIG_FILE } from "../sae/formats/saelens";
import { saelensConfig, writeSaelensForm } from "../sae/saelens-form";
import { storedMatrix } from "../sae/storage";
import type { Latest } from "./history";
import type { TrainRecord } from "./record";

/** A layer's SAE, and how it did on the last twentieth of its tokens. */
export interface TrainedLayer {
  readonly layer: number;
  /** In SAELens' format. */
  readonly folder: string;
  /** 1 - what the reconstruction leaves / the variance of the rows */
  readonly explainedVariance: number;
  /** Features on a token. */
  readonly active: number;
  /** Features that were not active for long. */
  readonly dead: number;
}

/** The folder of a layer's SAE, in SAELens' format. */
export function saeFolderOf(directory: string, layer: number): string {
  return join(directory, `blocks.${layer}.hook_resid_post`);
}

/** Writes it into its folder. @throws ERR_FILE_WRITE, ERR_NON_FINITE */
export async function saveTrained(
  directory: string,
  layer: number,
  sae: NativeTrainedSae,
  record: TrainRecord,
  latest: Latest,
): Promise<void> {
  const { activation, k, storage } = record.options;
  const dSae = sae.encoderBias.length;
  const dModel = sae.decoderBias.length;
  const isTopK = activation === "topk";
  const vector = (name: string, data: Float32Array): Tensor => ({ name, dtype: "F32", shape: [data.length], data });
  const matrix = (name: string, values: Float32Array, shape: [number, number]): Tensor => {
    const { put, ...stored } = storedMatrix(storage, values.length);
    if (values.every((value, i) => put(i, value))) return { name, shape, ...stored };
    const message = `layer ${layer}: a weight is too large for ${storage}; give another storage`;
    throw new SteeringError("ERR_NON_FINITE", message, { layer });
  };
  const config = saelensConfig({
    ...{ architecture: isTopK ? "topk" : "jumprelu", k, dModel, dSae, isCentred: false, normalization: "none" },
    ...{ hook: { layer, site: "resid_post" }, modelName: record.model.name },
    more: {
      l0: latest.active,
      num_dead_features: latest.dead,
      explained_variance: latest.explainedVariance,
      training: record,
    },
  });
  const tensors = [
    vector("b_enc", sae.encoderBias),
    vector("b_dec", sae.decoderBias),
    ...(isTopK ? [] : [vector("threshold", new Float32Array(dSae).fill(sae.threshold))]),
    matrix("W_enc", sae.encoder, [dModel, dSae]),
    matrix("W_dec", sae.decoder, [dSae, dModel]),
  ];
  await writeSaelensForm(saeFolderOf(directory, layer), { config, tensors });
}

const saved = z.object({
  metadata: z.object({ explained_variance: z.number(), l0: z.number(), num_dead_features: z.number() }),
});

/** @throws ERR_FILE_FORMAT */
export async function savedLayer(directory: string, layer: number): Promise<TrainedLayer> {
  const folder = saeFolderOf(directory, layer);
  const { metadata } = await readJson(join(folder, CONFIG_FILE), saved);
  const { explained_variance: explainedVariance, l0: active, num_dead_features: dead } = metadata;
  return { layer, folder, explainedVariance, active, dead };
}
