import { join } from "node:path";
import { z } from "zod";
import { SteeringError } from "../errors";
import { remove } from "../files/folder";
import { readJson, writeJson } from "../files/json";
import { type Tensor, writeSafetensors } from "../files/safetensors";
import type { NativeTrainedSae } from "../native/addon";
import { CONFIG_FILE, WEIGHTS_FILE } from "../sae/formats/saelens";
import { SAELENS } from "../sae/saelens-form";
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

/** Writes it into its folder; without its configuration, which is last, the folder is no SAE. @throws ERR_FILE_WRITE, ERR_NON_FINITE */
export async function saveTrained(
  directory: string,
  layer: number,
  sae: NativeTrainedSae,
  record: TrainRecord,
  latest: Latest,
): Promise<void> {
  const folder = saeFolderOf(directory, layer);
  const dSae = sae.encoderBias.length;
  const dModel = sae.decoderBias.length;
  const isTopK = record.options.activation === "topk";
  const vector = (name: string, data: Float32Array): Tensor => ({ name, dtype: "F32", shape: [data.length], data });
  const matrix = (name: string, values: Float32Array, shape: [number, number]): Tensor => {
    const { put, ...stored } = storedMatrix(record.options.storage, values.length);
    if (values.every((value, i) => put(i, value))) return { name, shape, ...stored };
    const message = `layer ${layer}: a weight is too large for ${record.options.storage}; give another storage`;
    throw new SteeringError("ERR_NON_FINITE", message, { layer });
  };
  await remove(join(folder, CONFIG_FILE));
  await writeSafetensors(join(folder, WEIGHTS_FILE), [
    vector("b_enc", sae.encoderBias),
    vector("b_dec", sae.decoderBias),
    ...(isTopK ? [] : [vector("threshold", new Float32Array(dSae).fill(sae.threshold))]),
    matrix("W_enc", sae.encoder, [dModel, dSae]),
    matrix("W_dec", sae.decoder, [dSae, dModel]),
  ]);
  await writeJson(join(folder, CONFIG_FILE), {
    architecture: isTopK ? "topk" : "jumprelu",
    ...(isTopK && { k: record.options.k, rescale_acts_by_decoder_norm: false }),
    d_in: dModel,
    d_sae: dSae,
    dtype: "float32",
    device: "cpu",
    apply_b_dec_to_input: false,
    normalize_activations: "none",
    reshape_activations: "none",
    metadata: {
      model_name: record.model.name,
      hook_name: `blocks.${layer}.hook_resid_post`,
      hook_head_index: null,
      sae_lens_version: SAELENS,
      l0: latest.active,
      num_dead_features: latest.dead,
      explained_variance: latest.explainedVariance,
      training: record,
    },
  });
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
