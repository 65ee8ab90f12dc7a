import type { RankedFeature, Ranking } from "../rank/ranking";
import { layerUsed } from "../sae/convention";
import type { ProfileFeature, SteeringProfile, SteeringVectors } from "./profile";

/** Decoder directions of features of one layer's SAE in residual units, [d_model] each. */
export type Directions = (layer: number, features: readonly number[]) => Promise<Float32Array[]>;

/** The decoder bias of one layer's SAE in residual units, [d_model]. */
export type DecoderBias = (layer: number) => Float32Array;

export interface BuildOptions {
  /** Given for decode mode: the first steered layer also gets its SAE's bias (method page 3.9, `decode=True`). */
  readonly biasOf?: DecoderBias | undefined;
  /** What the coefficients are, for the record. */
  readonly coefficientPolicy?: string | undefined;
}

/** The profile of some of a ranking's features: per layer the sum of coefficient times decoder direction. */
export async function buildProfile(
  name: string,
  ranking: Ranking,
  chosen: readonly RankedFeature[],
  directionsOf: Directions,
  { biasOf, coefficientPolicy }: BuildOptions = {},
): Promise<SteeringProfile> {
  const features = chosen
    .map((feature) => profileFeature(feature, ranking))
    .sort((a, b) => a.nativeLayer - b.nativeLayer);
  const first = features[0]?.layer;
  const bias = first === undefined ? undefined : biasOf?.(first);
  const { task, model, saes, convention, versions, n } = ranking;
  return {
    format: "corrsteer-steering-profile",
    version: 1,
    name,
    model,
    saes: saes.filter(({ layer }) => features.some((feature) => feature.layer === layer)),
    convention,
    features,
    ...(bias && first !== undefined && { decoderBias: first }),
    ...(coefficientPolicy !== undefined && { coefficientPolicy }),
    task,
    n,
    versions,
    vectors: await sumVectors(features, model.nEmbd, directionsOf, bias),
  };
}

function profileFeature(
  { layer, feature, coefficient, r, frequency }: RankedFeature,
  ranking: Ranking,
): ProfileFeature {
  const { site } = ranking.saes.find((sae) => sae.layer === layer)!;
  return {
    layer,
    site,
    nativeLayer: layerUsed({ layer, site }, ranking.convention),
    feature,
    coefficient,
    r,
    frequency,
  };
}

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
  return { nEmbd, layers, vectors: Float32Array.from(sums) };
}
