import type { SaeFolder } from "../sae/folder";
import { readDecoderBias } from "../sae/decoder-bias";
import type { SaeOptions } from "../sae/options";
import { Sae } from "../sae/sae";
import { saeOfLayer } from "../sae/set";
import type { DecoderBias, Directions } from "./vectors";

/** Decoder directions of these SAEs. One SAE is in memory at a time; a direction that was asked for once is kept. */
export function decoderDirections(saes: readonly SaeFolder[], options: Pick<SaeOptions, "signal"> = {}): Directions {
  const known = new Map<string, Float32Array>();
  return async (layer, features) => {
    const unknown = features.filter((feature) => !known.has(`${layer}:${feature}`));
    if (unknown.length > 0) {
      await using sae = await Sae.load(saeOfLayer(saes, layer), options);
      const rows = await sae.decoderRows(unknown);
      unknown.forEach((feature, i) =>
        known.set(`${layer}:${feature}`, rows.slice(i * sae.dModel, (i + 1) * sae.dModel)),
      );
    }
    return features.map((feature) => known.get(`${layer}:${feature}`)!);
  };
}

/** Decoder biases of these SAEs. */
export function decoderBiases(saes: readonly SaeFolder[]): DecoderBias {
  return (layer) => readDecoderBias(saeOfLayer(saes, layer));
}
