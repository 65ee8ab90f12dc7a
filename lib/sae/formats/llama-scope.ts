import { join } from "node:path";
import { z } from "zod";
import { unsupported, type SaeConfig } from "../config";
import { isFile } from "../is-file";
import { configOf, type SaeFormat } from "./format";
import { sameHook } from "./residual";
import { LINEAR } from "./tensor-names";

const CONFIG_FILE = "hyperparams.json";
const CHECKPOINTS = "checkpoints";

const schema = z.looseObject({
  hook_point_in: z.string(),
  hook_point_out: z.string().nullish(),
  d_model: z.int().positive(),
  d_sae: z.int().positive(),
  act_fn: z.string(),
  jump_relu_threshold: z.number(),
  norm_activation: z.string(),
  dataset_average_activation_norm: z.looseObject({ in: z.number().positive(), out: z.number().positive() }),
  use_decoder_bias: z.boolean().default(true),
  apply_decoder_bias_to_pre_encoder: z.boolean().default(false),
  sparsity_include_decoder_norm: z.boolean(),
  use_glu_encoder: z.boolean().default(false),
});

/** Llama Scope (arXiv 2410.20526): `hyperparams.json` and `checkpoints/final.safetensors`. */
export const llamaScope: SaeFormat = {
  family: "Llama Scope",
  find: (names) => (names.has(CONFIG_FILE) && names.has(CHECKPOINTS) ? [join(CHECKPOINTS, "final.safetensors")] : []),

  async read({ folder }, { layer }) {
    const config = await configOf(folder, CONFIG_FILE, schema);
    const hook = sameHook(config.hook_point_in, config.hook_point_out, layer);
    const modelName = await modelOf(folder);
    return {
      ...{ dModel: config.d_model, dSae: config.d_sae, hook, modelName, neuronpediaId: undefined },
      encoder: encoderOf(config),
    };
  },
};

/**
 * The authors measured the one threshold on activations in the stream's units with decoder rows of norm 1: on the stored
 * scale it is `threshold * output scale / |decoder row|`.
 */
function encoderOf(config: z.infer<typeof schema>): SaeConfig["encoder"] {
  if (config.act_fn !== "jumprelu")
    throw unsupported(`the activation function "${config.act_fn}" is not computed here`);
  if (config.use_glu_encoder) throw unsupported("its gated encoder (use_glu_encoder) is not computed here");
  if (config.norm_activation !== "dataset-wise") {
    throw unsupported(`inputs normalised "${config.norm_activation}" are not computed here`);
  }
  const scale = (norm: number) => Math.sqrt(config.d_model) / norm;
  const { in: normIn, out: normOut } = config.dataset_average_activation_norm;
  return {
    activation: "jumprelu",
    tensors: { ...LINEAR, ...(config.use_decoder_bias && { decoderBias: "decoder.bias" }) },
    transposed: ["encoder", "decoder"],
    threshold: config.jump_relu_threshold * scale(normOut),
    thresholdByDecoderNorm: config.sparsity_include_decoder_norm,
    subtractDecoderBias: config.apply_decoder_bias_to_pre_encoder,
    ...{ inputNormalization: "none", inputScale: scale(normIn), outputScale: scale(normOut) },
  };
}

async function modelOf(folder: string): Promise<string | undefined> {
  const name = "lm_config.json";
  if (!(await isFile(join(folder, name)))) return undefined;
  return (await configOf(folder, name, z.looseObject({ model_name: z.string().optional() }))).model_name;
}
