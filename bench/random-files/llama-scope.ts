import { writeSafetensors, type Tensor } from "../../lib/files/safetensors";
import type { RandomNumbers } from "./numbers";
import { THRESHOLD, type SaeSize } from "./sae-size";

/** Writes a `final.safetensors` as OpenMOSS does, in bfloat16. */
export async function writeLlamaScope(path: string, { dModel, dSae }: SaeSize, random: RandomNumbers): Promise<void> {
  const deviation = 1 / Math.sqrt(dModel); // rows of features have a norm of 1
  const matrix = (name: string, ...shape: [number, number]): Tensor => {
    return { name, dtype: "BF16", shape, data: random.bfloats(dModel * dSae, deviation) };
  };
  const zeros = (name: string, length: number): Tensor => {
    return { name, dtype: "BF16", shape: [length], data: new Uint16Array(length) };
  };
  await writeSafetensors(path, [
    matrix("decoder.weight", dModel, dSae),
    zeros("decoder.bias", dModel),
    matrix("encoder.weight", dSae, dModel),
    zeros("encoder.bias", dSae),
  ]);
}

/** The `hyperparams.json` beside it. */
export function llamaScopeConfig(layer: number, { dModel, dSae }: SaeSize): object {
  const hook = `blocks.${layer}.hook_resid_post`;
  const norm = Math.sqrt(dModel); // of rows whose values are near 1: inputs are as they are
  return {
    ...{ hook_point_in: hook, hook_point_out: hook, d_model: dModel, d_sae: dSae },
    ...{ act_fn: "jumprelu", jump_relu_threshold: THRESHOLD, top_k: 50 },
    ...{ norm_activation: "dataset-wise", dataset_average_activation_norm: { in: norm, out: norm } },
    ...{ use_decoder_bias: true, apply_decoder_bias_to_pre_encoder: false, use_glu_encoder: false },
    ...{ sparsity_include_decoder_norm: true, decoder_exactly_fixed_norm: false },
  };
}
