import { resolve } from "node:path";
import { unsupported, type SaeConfig } from "../config";
import type { HookPoint } from "../hook-point";
import { tensorPlaces } from "../weights";
import { sizesOf, type SaeFormat } from "./format";
import { notResidual, outputOfBlock, residualHook } from "./residual";

const WEIGHTS_FILE = "params.npz";

/** What the repositories beside those of the residual stream hold. */
const OTHERS = [
  [/\bgemma-scope-\w+-\w+-mlp\b/, "hook_mlp_out"],
  [/\bgemma-scope-\w+-\w+-att\b/, "attn.hook_z"],
  [/\bgemma-scope-\w+-\w+-transcoders\b/, "ln2.hook_normalized"],
] as const;

/** Gemma Scope (arXiv 2408.05147): `params.npz` alone, in a folder like `layer_12/width_16k/average_l0_82`. */
export const gemmaScope: SaeFormat = {
  family: "Gemma Scope",
  find: (names) => (names.has(WEIGHTS_FILE) ? [WEIGHTS_FILE] : []),

  async read({ weightsPath }, options) {
    const path = resolve(weightsPath);
    const places = await tensorPlaces(weightsPath);
    const encoder = spelled("W_enc", places);
    const [dModel, dSae] = sizesOf(weightsPath, encoder, places);
    const isEmbedding = /[\\/]embedding[\\/]/.test(path);
    return gemmaScopeConfig({
      ...{ dModel, dSae, encoder, decoder: spelled("W_dec", places) },
      hook: isEmbedding ? { layer: 0, site: "resid_pre" } : hookOf(path, options.layer),
      modelName: modelName(path),
      // Trained on rows of the embedding as it is stored, which Gemma multiplies by sqrt(d_model).
      inputScale: isEmbedding ? 1 / Math.sqrt(dModel) : 1,
    });
  },
};

function hookOf(path: string, layer: number | undefined): HookPoint {
  const found = /[\\/]layer_(\d+)[\\/]/.exec(path)?.[1];
  if (found === undefined) return outputOfBlock(layer);
  for (const [repository, site] of OTHERS) {
    if (repository.test(path)) throw unsupported(notResidual(`blocks.${found}.${site}`));
  }
  return residualHook(`blocks.${found}.hook_resid_post`, layer);
}

function modelName(path: string): string | undefined {
  const [, size, tuning] = /\bgemma-scope-(2b|9b|27b)-(pt|it)-res\b/.exec(path) ?? [];
  return size && `gemma-2-${size}${tuning === "it" ? "-it" : ""}`;
}

/** Both generations' names of matrices, which differ in case. */
export function spelled(name: string, places: readonly { readonly name: string }[]): string {
  return places.some((place) => place.name === name) ? name : name.toLowerCase();
}

/** What both generations compute: JumpReLU with a threshold for each feature, and no bias subtracted. */
export function gemmaScopeConfig({
  encoder,
  decoder,
  inputScale,
  ...config
}: Omit<SaeConfig, "encoder" | "neuronpediaId"> & {
  readonly encoder: string;
  readonly decoder: string;
  readonly inputScale: number;
}): SaeConfig {
  return {
    ...config,
    neuronpediaId: undefined,
    encoder: {
      activation: "jumprelu",
      tensors: { encoder, decoder, encoderBias: "b_enc", decoderBias: "b_dec", threshold: "threshold" },
      ...{ subtractDecoderBias: false, inputNormalization: "none", inputScale },
    },
  };
}
