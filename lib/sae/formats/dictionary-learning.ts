import { z } from "zod";
import { readNumbers } from "../../files/small-tensor";
import { unsupported, type EncoderPlan } from "../config";
import type { HookPoint } from "../hook-point";
import { placeOf, tensorPlaces } from "../weights";
import { configOf, type SaeFormat } from "./format";
import { outputOfBlock, residualHook } from "./residual";
import { LINEAR, W_AND_B } from "./tensor-names";

const CONFIG_FILE = "config.json";
const WEIGHTS_FILE = "ae.pt";

const schema = z.looseObject({
  trainer: z.looseObject({
    dict_class: z.string(),
    activation_dim: z.int().positive(),
    dict_size: z.int().positive(),
    k: z.int().nullish(),
    layer: z.int().min(0).nullish(),
    lm_name: z.string().nullish(),
    submodule_name: z.string().nullish(),
  }),
});
type Trainer = z.infer<typeof schema>["trainer"];

const TURNED = { transposed: ["encoder", "decoder"] } as const;

/** github.com/saprmarks/dictionary_learning: `config.json` with a `trainer`, and `ae.pt`. */
export const dictionaryLearning: SaeFormat = {
  family: "dictionary_learning",
  find: (names) => (names.has(CONFIG_FILE) && names.has(WEIGHTS_FILE) ? [WEIGHTS_FILE] : []),

  async read({ folder, weightsPath }, { layer }) {
    const { trainer } = await configOf(folder, CONFIG_FILE, schema);
    return {
      ...{ dModel: trainer.activation_dim, dSae: trainer.dict_size, hook: hookOf(trainer, layer) },
      ...{ modelName: trainer.lm_name ?? undefined, neuronpediaId: undefined },
      encoder: { ...(await encoderOf(trainer, weightsPath)), inputNormalization: "none", inputScale: 1 },
    };
  },
};

function hookOf({ layer, submodule_name: name }: Trainer, declared: number | undefined): HookPoint {
  const block = /^resid_post_layer_(\d+)$/.exec(name ?? "")?.[1] ?? layer ?? undefined;
  if (name && !name.startsWith("resid_post")) return residualHook(name, declared);
  if (block === undefined) return outputOfBlock(declared);
  return residualHook(`blocks.${block}.hook_resid_post`, declared);
}

type Encoder = Omit<EncoderPlan, "inputNormalization" | "inputScale">;

async function encoderOf(trainer: Trainer, path: string): Promise<Encoder> {
  switch (trainer.dict_class) {
    case "AutoEncoder":
      return { activation: "relu", tensors: { ...LINEAR, decoderBias: "bias" }, ...TURNED, subtractDecoderBias: true };
    case "AutoEncoderNew": {
      const tensors = { ...LINEAR, decoderBias: "decoder.bias" };
      return { activation: "relu", tensors, ...TURNED, subtractDecoderBias: false };
    }
    case "GatedAutoEncoder": {
      const { encoder, decoder } = LINEAR;
      const gate = { gateBias: "gate_bias", magnitudeScale: "r_mag", magnitudeBias: "mag_bias" };
      const tensors = { encoder, decoder, decoderBias: "decoder_bias", ...gate };
      return { activation: "gated", tensors, ...TURNED, subtractDecoderBias: true };
    }
    case "JumpReluAutoEncoder": {
      const tensors = { ...W_AND_B, threshold: "threshold" };
      return { activation: "jumprelu", tensors, subtractDecoderBias: false };
    }
    case "AutoEncoderTopK":
      return topK(trainer, { tensors: { ...LINEAR, decoderBias: "b_dec" }, ...TURNED, subtractDecoderBias: true });
    case "BatchTopKSAE":
      return batchTopK(trainer, path, { tensors: { ...LINEAR, decoderBias: "b_dec" }, ...TURNED, subtractDecoderBias: true }); // prettier-ignore
    case "MatryoshkaBatchTopKSAE":
      return batchTopK(trainer, path, { tensors: W_AND_B, subtractDecoderBias: true });
    default:
      throw unsupported(`the dict_class "${trainer.dict_class}" is not computed here`);
  }
}

function topK({ k }: Trainer, rest: Omit<Encoder, "activation">): Encoder {
  if (!k) throw unsupported("a top-k SAE needs k");
  return { activation: "topk", k, ...rest };
}

/** One threshold for all features, which training estimates: -1 where it never did. */
async function batchTopK(trainer: Trainer, path: string, rest: Omit<Encoder, "activation">): Promise<Encoder> {
  const [threshold] = await readNumbers(placeOf(path, "threshold", await tensorPlaces(path)));
  if (threshold === undefined) throw unsupported("its threshold is empty");
  return threshold >= 0 ? { activation: "jumprelu", threshold, ...rest } : topK(trainer, rest);
}
