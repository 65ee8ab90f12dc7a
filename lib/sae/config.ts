import { SteeringError } from "../errors";
import type { NativeSaePlan } from "../native/addon";
import type { HookPoint } from "./hook-point";

/** What an SAE computes and where, whatever its publisher's format. */
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

/** SAELens' names of how a row is normalised before it is encoded. */
export const NORMALIZATIONS = ["none", "expected_average_only_in", "constant_norm_rescale", "layer_norm"] as const;

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
  /** How rows are normalised, for a configuration of SAELens that does not say it as it is. @default what it says */
  readonly normalizeActivations?: (typeof NORMALIZATIONS)[number] | undefined;
  /** The layer, for a configuration that names no hook point; one that does must agree. */
  readonly layer?: number | undefined;
}

/** What is wrong with a publisher's configuration, or not computed here; the path is added by who reads it. */
export function unsupported(reason: string): SteeringError {
  return new SteeringError("ERR_SAE_FORMAT", `unsupported SAE: ${reason}`, { reason });
}
