import type { SaeFolder } from "../sae/folder";
import { Sae, type SaeOptions } from "../sae/sae";
import { saeOfLayer } from "../sae/set";
import type { Direction } from "./build";

/** Decoder directions of these SAEs. One SAE is in memory at a time; a direction that was asked for once is kept. */
export function decoderDirections(saes: readonly SaeFolder[], options: Pick<SaeOptions, "signal"> = {}): Direction {
  const known = new Map<string, Float32Array>();
  return async (layer, feature) => {
    const key = `${layer}:${feature}`;
    const direction = known.get(key) ?? (await read(saes, layer, feature, options));
    known.set(key, direction);
    return direction;
  };
}

async function read(
  saes: readonly SaeFolder[],
  layer: number,
  feature: number,
  options: Pick<SaeOptions, "signal">,
): Promise<Float32Array> {
  await using sae = await Sae.load(saeOfLayer(saes, layer), options);
  return await sae.decoderRows([feature]);
}
