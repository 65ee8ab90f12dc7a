import type { ProfileFeature, SteeringVectors } from "./profile";

/** A feature of an SAE, by the id of that. */
export interface FeatureOf {
  readonly sae: string;
  readonly feature: number;
}

/** Decoder directions of features in residual units, [d_model] each. */
export type Directions = (features: readonly FeatureOf[]) => Promise<Float32Array[]>;

/** The decoder bias of an SAE, by its id, in residual units, [d_model]. */
export type DecoderBias = (sae: string) => Promise<Float32Array>;

/** Per native layer, ascending as `features` are, the sum of coefficient times decoder direction; the first adds `bias`. */
export async function sumVectors(
  features: readonly ProfileFeature[],
  nEmbd: number,
  directionsOf: Directions,
  bias?: Float32Array,
): Promise<SteeringVectors> {
  const layers = Int32Array.from(new Set(features.map((feature) => feature.nativeLayer)));
  const sums = new Float64Array(layers.length * nEmbd);
  const directions = await directionsOf(features);
  for (const [k, { nativeLayer, coefficient }] of features.entries()) {
    const begin = layers.indexOf(nativeLayer) * nEmbd;
    directions[k]!.forEach((x, i) => (sums[begin + i]! += coefficient * x));
  }
  bias?.forEach((x, i) => (sums[i]! += x));
  return { nEmbd, layers, rows: Float32Array.from(sums) };
}
