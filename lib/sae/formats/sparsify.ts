import { basename, resolve } from "node:path";
import { z } from "zod";
import { unsupported } from "../config";
import type { HookPoint } from "../hook-point";
import { configOf, type SaeFormat } from "./format";
import { outputOfBlock, residualHook } from "./residual";

const CONFIG_FILE = "cfg.json";
const WEIGHTS_FILE = "sae.safetensors";

const schema = z.looseObject({
  d_in: z.int().positive(),
  num_latents: z.int().default(0),
  expansion_factor: z.int().default(32),
  k: z.int().positive(),
  activation: z.string().default("topk"),
  signed: z.boolean().default(false),
  transcode: z.boolean().default(false),
  skip_connection: z.boolean().default(false),
});

/** github.com/EleutherAI/sparsify: `cfg.json` and `sae.safetensors` in a folder of the module's name, like `layers.3`. */
export const sparsify: SaeFormat = {
  family: "sparsify",
  find: (names) => (names.has(CONFIG_FILE) && names.has(WEIGHTS_FILE) ? [WEIGHTS_FILE] : []),

  async read({ folder }, { layer }) {
    const config = await configOf(folder, CONFIG_FILE, schema);
    const hook = hookOf(basename(resolve(folder)), config, layer);
    if (config.signed) throw unsupported("signed activations are not computed here");
    if (config.activation !== "topk") throw unsupported(`the activation "${config.activation}" is not computed here`);
    return {
      ...{ dModel: config.d_in, dSae: config.num_latents || config.d_in * config.expansion_factor, hook },
      ...{ modelName: undefined, neuronpediaId: undefined },
      encoder: {
        activation: "topk",
        tensors: { encoder: "encoder.weight", encoderBias: "encoder.bias", decoder: "W_dec", decoderBias: "b_dec" },
        ...{ transposed: ["encoder"], k: config.k },
        ...{ subtractDecoderBias: true, inputNormalization: "none", inputScale: 1 },
      },
    };
  },
};

/** A folder of another name was renamed by whoever has it. */
function hookOf(module: string, config: z.infer<typeof schema>, layer: number | undefined): HookPoint {
  const isModule = /(^|\.)((layers|h)\.\d+|embed_tokens|wte)(\.|$)/.test(module);
  if (config.transcode || config.skip_connection) {
    throw unsupported(`it is a transcoder${isModule ? ` of ${module}` : ""}, no SAE of the residual stream`);
  }
  return isModule ? residualHook(module, layer) : outputOfBlock(layer);
}
