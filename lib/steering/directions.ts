import type { SaeFolder } from "../sae/folder";
import { readDecoderBias } from "../sae/decoder-bias";
import { saeOf } from "../sae/identity";
import type { SaeOptions } from "../sae/options";
import { Sae } from "../sae/sae";
import type { DecoderBias, Directions, FeatureOf } from "./vectors";

/** Decoder directions of these SAEs. One SAE is in memory at a time; a direction that was asked for once is kept. */
export function decoderDirections(saes: readonly SaeFolder[], options: Pick<SaeOptions, "signal"> = {}): Directions {
  const known = new Map<string, Float32Array>();
  const keyOf = ({ sae, feature }: FeatureOf) => `${sae}:${feature}`;
  return async (features) => {
    const unknown = features.filter((of) => !known.has(keyOf(of)));
    for (const id of new Set(unknown.map(({ sae }) => sae))) {
      const own = unknown.filter(({ sae }) => sae === id);
      await using sae = await Sae.load(saeOf(saes, id), options);
      const rows = await sae.decoderRows(own.map(({ feature }) => feature));
      own.forEach((of, i) => known.set(keyOf(of), rows.slice(i * sae.dModel, (i + 1) * sae.dModel)));
    }
    return features.map((of) => known.get(keyOf(of))!);
  };
}

/** Decoder biases of these SAEs. */
export function decoderBiases(saes: readonly SaeFolder[]): DecoderBias {
  return (sae) => readDecoderBias(saeOf(saes, sae));
}
