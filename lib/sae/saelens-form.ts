import { SteeringError } from "../errors";
import type { Tensor } from "../files/safetensors";
import type { NativeFoldedSae, NativeSae } from "../native/addon";
import { sum } from "../statistics/mean";
import { readDecoderBias } from "./decoder-bias";
import { foldSae } from "./fold";
import type { StoredSae } from "./folder";
import { type Storage, storedMatrix } from "./storage";

/** An SAE as SAELens keeps one for inference: its `cfg.json`, and the tensors of `sae_weights.safetensors`. */
export interface SaelensForm {
  readonly config: object;
  readonly tensors: readonly Tensor[];
}

/** Its configurations are upgraded by SAELens unless they name a version from 6 on; this one has read what is written here. */
export const SAELENS = "6.54.12";

/** Features that are read at a time. */
const BLOCK = 256;

/**
 * Every scale is folded in; a gate is a threshold, as it is when the SAE runs here.
 *
 * @throws ERR_SAE_FORMAT for one that SAELens has no form of; ERR_NON_FINITE for a weight that `storage` can't hold
 */
export async function saelensForm(sae: StoredSae, native: NativeSae, storage: Storage): Promise<SaelensForm> {
  const { dModel, dSae } = sae.config;
  const folded = await foldSae(sae);
  const decoderBias = await readDecoderBias(sae);
  requireOneBias(sae, folded, decoderBias);
  const [encoder, decoder] = [storedMatrix(storage, dModel * dSae), storedMatrix(storage, dModel * dSae)];
  const shift = sum(Float64Array.from(folded.center));
  for (let begin = 0; begin < dSae; begin += BLOCK) {
    const count = Math.min(BLOCK, dSae - begin);
    const encoders = await native.encoderRows(begin, count);
    const directions = await native.decoderRows(Uint32Array.from({ length: count }, (_, i) => begin + i));
    for (let i = 0; i < count; i++) {
      const feature = begin + i;
      const row = Float64Array.from(encoders.subarray(i * dModel, (i + 1) * dModel));
      if (sae.config.encoder.inputNormalization === "center") folded.bias[feature]! -= centre(row) * shift;
      for (let j = 0; j < dModel; j++) {
        const isHeld =
          encoder.put(j * dSae + feature, row[j]!) && decoder.put(feature * dModel + j, directions[i * dModel + j]!);
        if (!isHeld) throw tooLarge(sae.path, feature, storage);
      }
    }
  }
  const architecture = architectureOf(folded);
  const vector = (name: string, data: Float32Array): Tensor => ({ name, dtype: "F32", shape: [data.length], data });
  const { dtype } = encoder;
  return {
    config: config(sae, folded, architecture),
    tensors: [
      vector("b_enc", folded.bias),
      vector("b_dec", decoderBias),
      ...(architecture === "jumprelu" ? [vector("threshold", folded.threshold)] : []),
      { name: "W_enc", dtype, shape: [dModel, dSae], data: encoder.data },
      { name: "W_dec", dtype, shape: [dSae, dModel], data: decoder.data },
    ],
  };
}

function config(sae: StoredSae, { center }: NativeFoldedSae, architecture: string): object {
  const { dModel, dSae, hook, modelName, neuronpediaId, encoder } = sae.config;
  const { inputNormalization } = encoder;
  return {
    architecture,
    d_in: dModel,
    d_sae: dSae,
    dtype: "float32",
    device: "cpu",
    apply_b_dec_to_input: center.length > 0,
    normalize_activations: inputNormalization === "center" ? "none" : inputNormalization, // it is in the encoder
    reshape_activations: "none",
    ...(architecture === "topk" && { k: encoder.k, rescale_acts_by_decoder_norm: false }),
    metadata: {
      model_name: modelName ?? null,
      hook_name: `blocks.${hook.layer}.hook_${hook.site}`,
      hook_head_index: null,
      neuronpedia_id: neuronpediaId ?? null,
      sae_lens_version: SAELENS,
    },
  };
}

function architectureOf({ threshold }: NativeFoldedSae): "topk" | "standard" | "jumprelu" {
  if (threshold.length === 0) return "topk";
  return threshold.every((value) => value === 0) ? "standard" : "jumprelu";
}

/** SAELens subtracts from rows what it adds to reconstructions. @throws ERR_SAE_FORMAT */
function requireOneBias({ path }: StoredSae, { center }: NativeFoldedSae, decoderBias: Float32Array): void {
  if (center.every((value, j) => value === decoderBias[j])) return;
  const reason = "SAELens has no form of it: it subtracts something else from rows than it adds to reconstructions";
  throw new SteeringError("ERR_SAE_FORMAT", `${path}: ${reason}`, { path, reason });
}

/** Takes the row's mean off it, which does the same as taking each input's mean off that. Returns it. */
function centre(row: Float64Array): number {
  const mean = sum(row) / row.length;
  for (let j = 0; j < row.length; j++) row[j]! -= mean;
  return mean;
}

function tooLarge(path: string, feature: number, storage: Storage): SteeringError {
  const message = `${path}: a weight of feature ${feature} is too large for ${storage}; give another storage`;
  return new SteeringError("ERR_NON_FINITE", message, { path, feature });
}
