import type { ProfileFeature, SteeringVectors } from "./profile";

/** Decoder directions of features of one layer's SAE in residual units, [d_model] each. */
export type Directions = (layer: number, features: readonly number[]) => Promise<Float32Array[]>;

/** The decoder bias of one layer's SAE in residual units, [d_model]. */
export type DecoderBias = (layer: number) => Float32Array;

/** Per native layer, ascending as `features` are, the sum of coefficient times decoder direction; the first adds `bias`. */
export async function sumVectors(
  features: readonly ProfileFeature[],
  nEmbd: number,
  directionsOf: Directions,
  bias?: Float32Array,
): Promise<SteeringVectors> {
  const layers = Int32Array.from(new Set(features.map((feature) => feature.nativeLayer)));
  const sums = new Float64Array(layers.length * nEmbd);
  for (const layer of new Set(features.map((feature) => feature.layer))) {
    const own = features.filter((feature) => feature.layer === layer);
    const directions = await directionsOf(
      layer,
      own.map(({ feature }) => feature),
    );
    const begin = layers.indexOf(own[0]!.nativeLayer) * nEmbd;
    for (const [k, { coefficient }] of own.entries()) {
      directions[k]!.forEach((x, i) => (sums[begin + i]! += coefficient * x));
    }
  }
  bias?.forEach((x, i) => (sums[i]! += x));
  return { nEmbd, layers, rows: Float32Array.from(sums) };
}
