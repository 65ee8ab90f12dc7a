import { join } from "node:path";
import { SteeringError } from "../errors";
import { makeFolder, remove } from "../files/folder";
import { writeJson } from "../files/json";
import { type Tensor, writeSafetensors } from "../files/safetensors";
import type { NativeFoldedSae, NativeSae } from "../native/addon";
import { sum } from "../statistics/mean";
import { readDecoderBias } from "./decoder-bias";
import { foldSae } from "./fold";
import type { StoredSae } from "./folder";
import { CONFIG_FILE, WEIGHTS_FILE } from "./formats/saelens";
import type { HookPoint } from "./hook-point";
import { type Storage, storedMatrix } from "./storage";

/** An SAE as SAELens keeps one for inference: its `cfg.json`, and the tensors of `sae_weights.safetensors`. */
export interface SaelensForm {
  readonly config: object;
  readonly tensors: readonly Tensor[];
}

/** Its configurations are upgraded by SAELens unless they name a version from 6 on; this one has read what is written here. */
const SAELENS = "6.54.12";

/** Features that are read at a time. */
const BLOCK = 256;

/**
 * Every scale is folded in; a gate is a threshold, as it is when the SAE runs here.
 *
 * @throws ERR_SAE_FORMAT for one that SAELens has no form of; ERR_NON_FINITE for a weight that `storage` can't hold
 */
export async function saelensForm(sae: StoredSae, native: NativeSae, storage: Storage): Promise<SaelensForm> {
  const { dModel, dSae, hook, modelName, neuronpediaId } = sae.config;
  const { inputNormalization, k } = sae.config.encoder;
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
      if (inputNormalization === "center") folded.bias[feature]! -= centre(row) * shift;
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
    config: saelensConfig({
      ...{ architecture, k, dModel, dSae, hook, modelName, neuronpediaId },
      isCentred: folded.center.length > 0,
      normalization: inputNormalization === "center" ? "none" : inputNormalization, // it is in the encoder
    }),
    tensors: [
      vector("b_enc", folded.bias),
      vector("b_dec", decoderBias),
      ...(architecture === "jumprelu" ? [vector("threshold", folded.threshold)] : []),
      { name: "W_enc", dtype, shape: [dModel, dSae], data: encoder.data },
      { name: "W_dec", dtype, shape: [dSae, dModel], data: decoder.data },
    ],
  };
}

/** What `cfg.json` says of an SAE, in our words. */
export interface SaelensFacts {
  readonly architecture: "topk" | "standard" | "jumprelu";
  /** For "topk". */
  readonly k: number | undefined;
  readonly dModel: number;
  readonly dSae: number;
  /** Whether the decoder's bias is taken from rows before they are encoded. */
  readonly isCentred: boolean;
  readonly normalization: string;
  readonly hook: HookPoint;
  readonly modelName: string | undefined;
  readonly neuronpediaId?: string | undefined;
  /** What else is told of it. */
  readonly more?: object;
}

/** A `cfg.json` that SAELens reads. */
export function saelensConfig({ architecture, k, dModel, dSae, hook, ...facts }: SaelensFacts): object {
  return {
    architecture,
    d_in: dModel,
    d_sae: dSae,
    dtype: "float32",
    device: "cpu",
    apply_b_dec_to_input: facts.isCentred,
    normalize_activations: facts.normalization,
    reshape_activations: "none",
    ...(architecture === "topk" && { k, rescale_acts_by_decoder_norm: false }),
    metadata: {
      model_name: facts.modelName ?? null,
      hook_name: `blocks.${hook.layer}.hook_${hook.site}`,
      hook_head_index: null,
      neuronpedia_id: facts.neuronpediaId ?? null,
      sae_lens_version: SAELENS,
      ...facts.more,
    },
  };
}

/** Writes it into a folder; without its configuration, which is last, that is no SAE. @throws ERR_FILE_WRITE */
export async function writeSaelensForm(folder: string, { config, tensors }: SaelensForm): Promise<void> {
  await makeFolder(folder);
  await remove(join(folder, CONFIG_FILE));
  await writeSafetensors(join(folder, WEIGHTS_FILE), tensors);
  await writeJson(join(folder, CONFIG_FILE), config);
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
