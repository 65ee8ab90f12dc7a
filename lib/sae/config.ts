import { z } from "zod";
import { SteeringError } from "../errors";
import type { NativeSaePlan } from "../native/addon";
import { parseHookName, type HookPoint } from "./hook-point";

/** What an SAE computes and where, whatever generation of configuration said so. */
export interface SaeConfig {
  readonly dModel: number;
  readonly dSae: number;
  readonly hook: HookPoint;
  /** As the publisher wrote it, for example "gpt2-small". */
  readonly modelName: string | undefined;
  /** Of its dashboard on neuronpedia.org, for example "gemma-2-2b/20-gemmascope-res-16k". */
  readonly neuronpediaId: string | undefined;
  readonly encoder: EncoderPlan;
}

/** How an SAE encodes, whatever file its weights lie in. Part of its identity: what is left out means the default. */
export interface EncoderPlan extends Omit<
  NativeSaePlan,
  "path" | "dModel" | "dSae" | "tensors" | "outputScale" | "weightType" | "device" | "threads"
> {
  /** Their names in the file. */
  readonly tensors: { readonly [Role in keyof NativeSaePlan["tensors"]]: string };
  /** Those that are stored the other way round than `W_enc` [d_model, d_sae] and `W_dec` [d_sae, d_model] are. */
  readonly transposed?: readonly ("encoder" | "decoder")[];
  /** Of the decoder's rows and bias. @default inputScale */
  readonly outputScale?: number;
}

/** What a configuration may leave out although the arithmetic needs it. */
export interface SaeConfigOptions {
  /**
   * sqrt(d_model) / E|x| of the training data, for `normalize_activations: expected_average_only_in`: SAELens keeps it in
   * its registry (`norm_scaling_factor`), not in the file.
   */
  readonly normScalingFactor?: number | undefined;
  /**
   * Whether each row's own mean is subtracted first: for SAEs of GPT-2 as TransformerLens loads it with
   * `center_writing_weights`. @default what the configuration says, else false
   */
  readonly center?: boolean | undefined;
  /** The layer, for a configuration that names no hook point; one that does must agree. */
  readonly layer?: number | undefined;
}

const normalization = z.enum(["none", "expected_average_only_in", "constant_norm_rescale", "layer_norm"]);
const modelKwargs = z.looseObject({ center_writing_weights: z.boolean().nullish() }).nullish();

/** What SAELens 6 keeps under `metadata`, and earlier generations beside the rest. */
const origin = {
  model_name: z.string().nullish(),
  neuronpedia_id: z.string().nullish(),
  hook_name: z.string().nullish(),
  hook_head_index: z.number().nullish(),
  model_from_pretrained_kwargs: modelKwargs,
};

/**
 * `cfg.json` of every SAELens generation, older names beside newer ones: SAELens itself upgrades files older than 6.0 by
 * renaming keys and filling in these defaults (`handle_pre_6_0_config`).
 */
const saelens = z.looseObject({
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

type SaelensConfig = z.infer<typeof saelens>;

const TENSORS = { encoder: "W_enc", encoderBias: "b_enc", decoder: "W_dec", decoderBias: "b_dec" };

/**
 * Reads a SAELens `cfg.json` of any generation.
 *
 * @throws SteeringError `ERR_SAE_FORMAT` for one that is malformed, or of an SAE that is not computed here
 */
export function parseSaelensConfig(json: unknown, options: SaeConfigOptions = {}): SaeConfig {
  const parsed = saelens.safeParse(json);
  if (!parsed.success) throw unsupported(`not a SAELens configuration: ${z.prettifyError(parsed.error)}`);
  const config = parsed.data;
  if (config.finetuning_scaling_factor) throw unsupported("finetuning_scaling_factor is not computed here");
  return {
    dModel: config.d_in,
    dSae: config.d_sae,
    hook: hookPoint(config, options.layer),
    modelName: config.metadata?.model_name ?? config.model_name ?? undefined,
    neuronpediaId: config.metadata?.neuronpedia_id ?? config.neuronpedia_id ?? undefined,
    encoder: {
      ...activation(config),
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
    if (declared === undefined) throw unsupported("it names no hook point: give its layer as `layer=path`");
    return { layer: declared, site: "resid_post" };
  }
  const hook = parseHookName(name);
  const reshape = config.reshape_activations ?? "none";
  if (!hook || reshape === "hook_z") throw unsupported(`it reads ${name}, not the residual stream between blocks`);
  if (declared !== undefined && declared !== hook.layer) {
    throw unsupported(`it reads ${name}, but was said to be of layer ${declared}`);
  }
  return hook;
}

function activation(config: SaelensConfig): Pick<EncoderPlan, "activation" | "tensors" | "k" | "rescaleByDecoderNorm"> {
  const name = config.activation_fn ?? config.activation_fn_str ?? "relu";
  const { architecture } = config;
  if (architecture === "topk" || (architecture === "standard" && name === "topk")) {
    const k = config.k ?? config.activation_fn_kwargs?.k ?? undefined;
    if (k === undefined || k < 1 || k > config.d_sae) {
      throw unsupported(`a top-k SAE needs k from 1 to d_sae = ${config.d_sae}, got ${String(k)}`);
    }
    const rescaleByDecoderNorm = config.rescale_acts_by_decoder_norm ?? false;
    return { activation: "topk", tensors: TENSORS, k, rescaleByDecoderNorm };
  }
  if (name !== "relu") throw unsupported(`the activation function "${name}" is not computed here`);
  switch (architecture) {
    case "standard":
      return { activation: "relu", tensors: TENSORS };
    case "jumprelu":
      return { activation: "jumprelu", tensors: { ...TENSORS, threshold: "threshold" } };
    case "gated":
      return {
        activation: "gated",
        tensors: { ...TENSORS, gateBias: "b_gate", magnitudeScale: "r_mag", magnitudeBias: "b_mag" },
      };
    case "batchtopk":
    case "matryoshka_batchtopk":
      throw unsupported(`"${architecture}" is a training checkpoint: save it for inference with SAELens, as jumprelu`);
    default:
      throw unsupported(`the architecture "${architecture}" is not computed here`);
  }
}

function input(
  config: SaelensConfig,
  options: SaeConfigOptions,
): Pick<EncoderPlan, "inputNormalization" | "inputScale"> {
  const stored = config.normalize_activations;
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

function unsupported(reason: string): SteeringError {
  return new SteeringError("ERR_SAE_FORMAT", `unsupported SAE: ${reason}`, { reason });
}
