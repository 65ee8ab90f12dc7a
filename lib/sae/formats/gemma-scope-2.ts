import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { unsupported } from "../config";
import type { HookPoint } from "../hook-point";
import { isFile } from "../is-file";
import { tensorPlaces } from "../weights";
import { configOf, sizesOf, type SaeFormat } from "./format";
import { gemmaScopeConfig, spelled } from "./gemma-scope";
import { outputOfBlock, residualHook, sameHook } from "./residual";

const CONFIG_FILE = "config.json";
const WEIGHTS_FILE = "params.safetensors";

const schema = z.looseObject({
  type: z.string().default("sae"),
  architecture: z.string().default("jump_relu"),
  hf_hook_point_in: z.string(),
  hf_hook_point_out: z.string().nullish(),
  model_name: z.string().nullish(),
  affine_connection: z.boolean().nullish(),
});

/** Gemma Scope 2 (of Gemma 3): `params.safetensors`, and `config.json` in most folders. */
export const gemmaScope2: SaeFormat = {
  family: "Gemma Scope 2",
  find: (names) => (names.has(WEIGHTS_FILE) ? [WEIGHTS_FILE] : []),

  async read({ folder, weightsPath }, { layer }) {
    const hasConfig = await isFile(join(folder, CONFIG_FILE));
    const config = hasConfig ? await configOf(folder, CONFIG_FILE, schema) : undefined;
    const hook = config ? hookOf(config, layer) : hookOfFolder(resolve(folder), layer);
    const places = await tensorPlaces(weightsPath);
    const encoder = spelled("W_enc", places);
    const [dModel, dSae] = sizesOf(weightsPath, encoder, places);
    const modelName = config?.model_name ?? undefined;
    return gemmaScopeConfig({ dModel, dSae, hook, modelName, encoder, decoder: spelled("W_dec", places), inputScale: 1 }); // prettier-ignore
  },
};

function hookOf(config: z.infer<typeof schema>, layer: number | undefined): HookPoint {
  const { type, architecture, hf_hook_point_in: from, hf_hook_point_out: to } = config;
  if (type !== "sae") throw unsupported(`it is a ${type} of ${from}, no SAE`);
  if (architecture !== "jump_relu") throw unsupported(`the architecture "${architecture}" is not computed here`);
  if (config.affine_connection) throw unsupported("its affine connection is not computed here");
  const moduleOf = (name: string) => name.replace(/\.output$/, "");
  return sameHook(moduleOf(from), to && moduleOf(to), layer);
}

/** Of `resid_post/layer_12_width_16k_l0_small`. */
function hookOfFolder(folder: string, layer: number | undefined): HookPoint {
  const found = /^layer_(\d+)_width_/.exec(basename(folder))?.[1];
  if (found === undefined) return outputOfBlock(layer);
  const site = basename(dirname(folder)).replace(/_all$/, "");
  return residualHook(`blocks.${found}.hook_${site}`, layer);
}
