import { z } from "zod";
import { readNumbers } from "../../files/small-tensor";
import type { TensorPlace } from "../../native/tensor-place";
import { unsupported, type EncoderPlan } from "../config";
import { placeOf, tensorPlaces } from "../weights";
import { configOf, sizesOf, type SaeFormat } from "./format";
import { sameHook } from "./residual";
import { LINEAR } from "./tensor-names";

const CONFIG_FILE = "config.json";
const WEIGHTS_FILE = "sae_weights.safetensors";

const schema = z.looseObject({
  sae_type: z.string().default("sae"),
  hook_point_in: z.string(),
  hook_point_out: z.string().nullish(),
  act_fn: z.string(),
  top_k: z.int().nullish(),
  norm_activation: z.string(),
  sparsity_include_decoder_norm: z.boolean(),
  use_decoder_bias: z.boolean().default(true),
  apply_decoder_bias_to_pre_encoder: z.boolean().default(false),
  use_glu_encoder: z.boolean().default(false),
  model_name: z.string().nullish(),
});
type Config = z.infer<typeof schema>;

/** Names and orientations: of Llama-Scope-R1-Distill, and those of OpenMOSS' library since. */
const LAYOUTS = [
  {
    tensors: { ...LINEAR, decoderBias: "decoder.bias" },
    logThreshold: "log_jumprelu_threshold",
    transposed: ["encoder", "decoder"] as const,
  },
  {
    tensors: { encoder: "W_E", encoderBias: "b_E", decoder: "W_D", decoderBias: "b_D" },
    logThreshold: "activation_function.log_jumprelu_threshold",
    transposed: [],
  },
];

/** github.com/OpenMOSS/Language-Model-SAEs, Llama-Scope-R1-Distill first: `config.json` and `sae_weights.safetensors`. */
export const llamascopium: SaeFormat = {
  family: "OpenMOSS",
  find: (names) => (names.has(CONFIG_FILE) && names.has(WEIGHTS_FILE) ? [WEIGHTS_FILE] : []),

  async read({ folder, weightsPath }, { layer }) {
    const config = await configOf(folder, CONFIG_FILE, schema);
    if (config.sae_type !== "sae") throw unsupported(`it is a ${config.sae_type} of ${config.hook_point_in}, no SAE`);
    const hook = sameHook(config.hook_point_in, config.hook_point_out, layer);
    if (config.use_glu_encoder) throw unsupported("its gated encoder (use_glu_encoder) is not computed here");
    const places = await tensorPlaces(weightsPath);
    const layout = LAYOUTS.find(({ tensors }) => places.some(({ name }) => name === tensors.encoder));
    if (!layout) throw unsupported("it has neither encoder.weight nor W_E");
    const sizes = sizesOf(weightsPath, layout.tensors.encoder, places);
    const [dSae, dModel] = layout.transposed.length > 0 ? sizes : [sizes[1], sizes[0]];
    const { decoderBias, ...tensors } = layout.tensors;
    return {
      ...{ dModel, dSae, hook, modelName: config.model_name ?? undefined, neuronpediaId: undefined },
      encoder: {
        ...activation(config, { ...tensors, ...(config.use_decoder_bias && { decoderBias }) }, layout.logThreshold),
        ...(layout.transposed.length > 0 && { transposed: layout.transposed }),
        subtractDecoderBias: config.apply_decoder_bias_to_pre_encoder,
        inputNormalization: "none",
        inputScale: await inputScale(config, dModel, weightsPath, places),
      },
    };
  },
};

/** The norm of the decoder's row multiplies what is compared or ranked, not the activation. */
function activation(config: Config, tensors: EncoderPlan["tensors"], logThreshold: string) {
  const byNorm = config.sparsity_include_decoder_norm;
  switch (config.act_fn) {
    case "jumprelu":
      return { activation: "jumprelu", tensors: { ...tensors, logThreshold }, thresholdByDecoderNorm: byNorm } as const;
    case "topk":
      if (!config.top_k) throw unsupported("a top-k SAE needs top_k");
      return { activation: "topk", tensors, k: config.top_k, rescaleByDecoderNorm: byNorm } as const;
    case "relu":
      return { activation: "relu", tensors } as const;
    default:
      throw unsupported(`the activation function "${config.act_fn}" is not computed here`);
  }
}

async function inputScale(config: Config, dModel: number, path: string, places: readonly TensorPlace[]) {
  if (config.norm_activation !== "dataset-wise") {
    throw unsupported(`inputs normalised "${config.norm_activation}" are not computed here`);
  }
  const name = `dataset_average_activation_norm.${config.hook_point_in}`;
  const [norm] = await readNumbers(placeOf(path, name, places));
  if (norm !== undefined && norm > 0) return Math.sqrt(dModel) / norm;
  throw unsupported(`expected ${name} to be positive, found ${norm}`);
}
