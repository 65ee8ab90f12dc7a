import { z } from "zod";
import { readNumbers } from "../../files/small-tensor";
import { NORMALIZATIONS, unsupported, type EncoderPlan, type SaeConfig, type SaeConfigOptions } from "../config";
import { NO_RESIDUAL, notResidual, outputOfBlock, residualHook } from "./residual";
import type { HookPoint } from "../hook-point";
import { tensorPlaces } from "../weights";
import { configOf, type SaeFormat } from "./format";
import { W_AND_B } from "./tensor-names";

const normalization = z.enum(NORMALIZATIONS);
const modelKwargs = z.looseObject({ center_writing_weights: z.boolean().nullish() }).nullish();

/** What SAELens 6 keeps under `metadata`, and earlier generations beside the rest. */
const origin = {
  model_name: z.string().nullish(),
  neuronpedia_id: z.string().nullish(),
  hook_name: z.string().nullish(),
  hook_name_out: z.string().nullish(),
  hook_head_index: z.number().nullish(),
  model_from_pretrained_kwargs: modelKwargs,
};

/**
 * `cfg.json` of every SAELens generation, older names beside newer ones: SAELens itself upgrades files older than 6.0 by
 * renaming keys and filling in these defaults (`handle_pre_6_0_config`).
 */
const schema = z.looseObject({
  ...origin,
  architecture: z.string().default("standard"),
  d_in: z.int().positive(),
  d_sae: z.int().positive(),
  apply_b_dec_to_input: z.boolean().default(true),
  normalize_activations: z.union([normalization, z.boolean(), z.null()]).default("none"),
  finetuning_scaling_factor: z.boolean().nullish(),
  reshape_activations: z.string().nullish(),
  activation_fn: z.string().nullish(),
  activation_fn_str: z.string().nullish(),
  activation_fn_kwargs: z.looseObject({ k: z.int().nullish() }).nullish(),
  k: z.int().nullish(),
  rescale_acts_by_decoder_norm: z.boolean().nullish(),
  hook_point: z.string().nullish(),
  hook_point_head_index: z.number().nullish(),
  hook_layer: z.int().nullish(),
  hook_point_layer: z.int().nullish(),
  metadata: z.looseObject(origin).nullish(),
});

type SaelensConfig = z.infer<typeof schema>;

export const CONFIG_FILE = "cfg.json";
export const WEIGHTS_FILE = "sae_weights.safetensors";

/** github.com/jbloomAus/SAELens: a folder with `cfg.json` and `sae_weights.safetensors`. */
export const saelens: SaeFormat = {
  family: "SAELens",
  find: (names) => (names.has(CONFIG_FILE) ? [WEIGHTS_FILE] : []),

  async read({ folder, weightsPath }, options) {
    const json = await configOf(folder, CONFIG_FILE, z.unknown());
    const beside = hasMoreInWeights(json) ? await besideConfig(weightsPath) : {};
    return parseSaelensConfig(json, options, beside);
  },
};

/** What of an SAE stands in its weights alone. */
interface BesideConfig {
  readonly hasLogThreshold?: boolean;
  readonly topkThreshold?: number | undefined;
  readonly scalesAreOne?: boolean;
}

const TRAINED_AS_TOP_K = /^(matryoshka_)?batchtopk$/;

/** Earlier generations, and checkpoints of training, which name what only training has. */
function hasMoreInWeights(json: unknown): boolean {
  const { data } = z.looseObject({ architecture: z.string(), metadata: z.unknown() }).safeParse(json);
  return data?.metadata === undefined || TRAINED_AS_TOP_K.test(data.architecture) || "jumprelu_bandwidth" in data;
}

async function besideConfig(path: string): Promise<BesideConfig> {
  const places = await tensorPlaces(path);
  const valuesOf = async (name: string): Promise<Float64Array | undefined> => {
    const place = places.find((one) => one.name === name);
    return place && (await readNumbers(place));
  };
  const scales = await valuesOf("scaling_factor");
  if (scales?.some((scale) => scale !== 1)) throw unsupported("its scaling_factor is not computed here");
  return {
    hasLogThreshold: places.some(({ name }) => name === "log_threshold"),
    topkThreshold: (await valuesOf("topk_threshold"))?.[0],
    scalesAreOne: scales !== undefined,
  };
}

/**
 * Reads a SAELens `cfg.json` of any generation.
 *
 * @throws SteeringError `ERR_SAE_FORMAT` for one that is malformed, or of an SAE that is not computed here
 */
export function parseSaelensConfig(
  json: unknown,
  options: SaeConfigOptions = {},
  beside: BesideConfig = {},
): SaeConfig {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw unsupported(`not a SAELens configuration: ${z.prettifyError(parsed.error)}`);
  const config = parsed.data;
  const { architecture } = config;
  if (architecture.endsWith("transcoder")) {
    const { hook_name: from = config.hook_name, hook_name_out: to } = config.metadata ?? {};
    throw unsupported(`"${architecture}" maps ${from ?? "one place"} to ${to ?? "another"}: ${NO_RESIDUAL}`);
  }
  if (config.finetuning_scaling_factor && !beside.scalesAreOne)
    throw unsupported("finetuning_scaling_factor is not computed here");
  return {
    dModel: config.d_in,
    dSae: config.d_sae,
    hook: hookPoint(config, options.layer),
    modelName: config.metadata?.model_name ?? config.model_name ?? undefined,
    neuronpediaId: config.metadata?.neuronpedia_id ?? config.neuronpedia_id ?? undefined,
    encoder: {
      ...activation(config, beside),
      ...input(config, options),
      subtractDecoderBias: config.apply_b_dec_to_input,
    },
  };
}

function hookPoint(config: SaelensConfig, layer: number | undefined): HookPoint {
  const head = config.hook_head_index ?? config.hook_point_head_index ?? config.metadata?.hook_head_index ?? undefined;
  if (head !== undefined) throw unsupported(`it reads attention head ${head}, not the residual stream`);
  const name = config.hook_name ?? config.hook_point ?? config.metadata?.hook_name ?? undefined;
  const declared = layer ?? config.hook_layer ?? config.hook_point_layer ?? undefined;
  if (name === undefined) {
    return outputOfBlock(declared);
  }
  if (config.reshape_activations === "hook_z") throw unsupported(notResidual(name));
  return residualHook(name, declared);
}

function activation(config: SaelensConfig, { hasLogThreshold, topkThreshold }: BesideConfig) {
  const name = config.activation_fn ?? config.activation_fn_str ?? "relu";
  const { architecture } = config;
  if (architecture === "topk" || (architecture === "standard" && name === "topk")) {
    const k = config.k ?? config.activation_fn_kwargs?.k ?? undefined;
    if (k === undefined || k < 1 || k > config.d_sae) {
      throw unsupported(`a top-k SAE needs k from 1 to d_sae = ${config.d_sae}, got ${String(k)}`);
    }
    const rescaleByDecoderNorm = config.rescale_acts_by_decoder_norm ?? false;
    return { activation: "topk", tensors: W_AND_B, k, rescaleByDecoderNorm } as const;
  }
  if (name !== "relu") throw unsupported(`the activation function "${name}" is not computed here`);
  switch (architecture) {
    case "standard":
      return { activation: "relu", tensors: W_AND_B } as const;
    case "jumprelu": {
      const thresholds = hasLogThreshold ? { logThreshold: "log_threshold" } : { threshold: "threshold" };
      return { activation: "jumprelu", tensors: { ...W_AND_B, ...thresholds } } as const;
    }
    case "gated": {
      const gate = { gateBias: "b_gate", magnitudeScale: "r_mag", magnitudeBias: "b_mag" };
      return { activation: "gated", tensors: { ...W_AND_B, ...gate } } as const;
    }
    case "batchtopk":
    case "matryoshka_batchtopk": {
      if (topkThreshold === undefined) throw unsupported(`"${architecture}" without its topk_threshold`);
      const rescaleByDecoderNorm = config.rescale_acts_by_decoder_norm ?? false;
      return { activation: "jumprelu", tensors: W_AND_B, threshold: topkThreshold, rescaleByDecoderNorm } as const;
    }
    default:
      throw unsupported(`the architecture "${architecture}" is not computed here`);
  }
}

function input(
  config: SaelensConfig,
  options: SaeConfigOptions,
): Pick<EncoderPlan, "inputNormalization" | "inputScale"> {
  const stored = options.normalizeActivations ?? config.normalize_activations;
  const kind = stored === true ? "expected_average_only_in" : stored || "none";
  const kwargs = config.model_from_pretrained_kwargs ?? config.metadata?.model_from_pretrained_kwargs;
  const center = options.center ?? kwargs?.center_writing_weights ?? false;
  if (options.normScalingFactor !== undefined && kind !== "expected_average_only_in") {
    throw unsupported(`normScalingFactor was given, but its inputs are normalised as "${kind}"`);
  }
  switch (kind) {
    case "none":
      return { inputNormalization: center ? "center" : "none", inputScale: 1 };
    case "layer_norm":
      return { inputNormalization: kind, inputScale: 1 }; // which subtracts the mean itself
    case "expected_average_only_in":
      if (options.normScalingFactor === undefined) {
        throw unsupported(`its inputs are scaled by a factor that the file does not have: give normScalingFactor`);
      }
      if (center) throw unsupported("centred rows and a constant input scale together are not computed here");
      return { inputNormalization: "none", inputScale: options.normScalingFactor };
    case "constant_norm_rescale":
      if (center) throw unsupported("centred rows and constant_norm_rescale together are not computed here");
      return { inputNormalization: kind, inputScale: 1 };
  }
}
