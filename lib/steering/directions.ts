import { readDecoderBias } from "../sae/decoder-bias";
import { readDecoderRows } from "../sae/decoder-rows";
import type { SaeFolder } from "../sae/folder";
import { saeOf } from "../sae/identity";
import type { DecoderBias, Directions, FeatureOf } from "./vectors";

/** Decoder directions of these SAEs. A direction that was asked for once is kept. */
export function decoderDirections(saes: readonly SaeFolder[]): Directions {
  const known = new Map<string, Float32Array>();
  const keyOf = ({ sae, feature }: FeatureOf) => `${sae}:${feature}`;
  return async (features) => {
    const unknown = features.filter((of) => !known.has(keyOf(of)));
    for (const id of new Set(unknown.map(({ sae }) => sae))) {
      const own = unknown.filter(({ sae }) => sae === id);
      const sae = saeOf(saes, id);
      const { dModel } = sae.config;
      const rows = await readDecoderRows(
        sae,
        own.map(({ feature }) => feature),
      );
      own.forEach((of, i) => known.set(keyOf(of), rows.slice(i * dModel, (i + 1) * dModel)));
    }
    return features.map((of) => known.get(keyOf(of))!);
  };
}

/** Decoder biases of these SAEs. */
export function decoderBiases(saes: readonly SaeFolder[]): DecoderBias {
  return (sae) => readDecoderBias(saeOf(saes, sae));
}
