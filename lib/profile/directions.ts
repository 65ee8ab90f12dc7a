import { outOfRange } from "../errors";
import type { SaeFolder } from "../sae/folder";
import { Sae } from "../sae/sae";
import type { Direction } from "./build";

/** Decoder directions of these SAEs. One SAE is in memory at a time; a direction that was asked for once is kept. */
export function decoderDirections(saes: readonly SaeFolder[]): Direction {
  const known = new Map<string, Float32Array>();
  return async (layer, feature) => {
    const key = `${layer}:${feature}`;
    const direction = known.get(key) ?? (await read(saes, layer, feature));
    known.set(key, direction);
    return direction;
  };
}

async function read(saes: readonly SaeFolder[], layer: number, feature: number): Promise<Float32Array> {
  const folder = saes.find(({ config }) => config.hook.layer === layer);
  if (!folder)
    throw outOfRange("layer", `one with an SAE (${saes.map(({ config }) => config.hook.layer).join(", ")})`, layer);
  await using sae = await Sae.load(folder);
  return await sae.decoderRows([feature]);
}
