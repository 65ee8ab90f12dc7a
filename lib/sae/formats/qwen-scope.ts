import { basename } from "node:path";
import { z } from "zod";
import { configOf, type SaeFormat } from "./format";
import { residualHook } from "./residual";
import { W_AND_B } from "./tensor-names";

const CONFIG_FILE = "config.json";
const WEIGHTS_FILE = /^layer(\d+)\.sae\.pt$/;

const schema = z.looseObject({
  model_type: z.literal("topk_sae"),
  base_model: z.string().nullish(),
  d_model: z.int().positive(),
  d_sae: z.int().positive(),
  k: z.int().positive(),
  hook_point: z.string().default("resid_post"),
});

/** Qwen-Scope (arXiv 2605.11887): `config.json`, and `layer<l>.sae.pt` for each layer beside it. */
export const qwenScope: SaeFormat = {
  family: "Qwen-Scope",
  find: (names) => (names.has(CONFIG_FILE) ? [...names].filter((name) => WEIGHTS_FILE.test(name)) : []),

  async read({ folder, weightsPath }, { layer }) {
    const config = await configOf(folder, CONFIG_FILE, schema);
    const [, block] = WEIGHTS_FILE.exec(basename(weightsPath))!;
    return {
      ...{ dModel: config.d_model, dSae: config.d_sae },
      hook: residualHook(`blocks.${block}.hook_${config.hook_point}`, layer),
      ...{ modelName: config.base_model ?? undefined, neuronpediaId: undefined },
      encoder: {
        activation: "topk",
        tensors: W_AND_B,
        ...{ transposed: ["encoder", "decoder"], k: config.k },
        ...{ subtractDecoderBias: false, inputNormalization: "none", inputScale: 1 },
      },
    };
  },
};
