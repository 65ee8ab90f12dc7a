import { nativeLayer } from "../model/hook-point";
import type { RankedFeature, Ranking } from "../rank/ranking";
import type { ProfileFeature, SteeringProfile, SteeringVectors } from "./profile";

/** Decoder directions of one layer's SAE in residual units, [features.length, d_model]. */
export type DecoderRows = (layer: number, features: Uint32Array) => Promise<Float32Array>;

/** The profile of some of a ranking's features: per layer the sum of coefficient times decoder direction. */
export async function buildProfile(
  name: string,
  ranking: Ranking,
  chosen: readonly RankedFeature[],
  decoderRows: DecoderRows,
): Promise<SteeringProfile> {
  const features = chosen
    .map((feature) => profileFeature(feature, ranking))
    .sort((a, b) => a.nativeLayer - b.nativeLayer);
  const { task, model, saes, convention, versions, n } = ranking;
  return {
    format: "corrsteer-steering-profile",
    version: 1,
    name,
    model,
    saes: saes.filter(({ layer }) => features.some((feature) => feature.layer === layer)),
    convention,
    features,
    task,
    n,
    versions,
    vectors: await sumVectors(features, model.nEmbd, decoderRows),
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
    nativeLayer: nativeLayer({ layer, site }, ranking.convention),
    feature,
    coefficient,
    r,
    frequency,
  };
}

async function sumVectors(
  features: readonly ProfileFeature[],
  nEmbd: number,
  decoderRows: DecoderRows,
): Promise<SteeringVectors> {
  const layers = Int32Array.from(new Set(features.map((feature) => feature.nativeLayer)));
  const sums = new Float64Array(layers.length * nEmbd);
  for (const { layer, nativeLayer, feature, coefficient } of features) {
    const direction = await decoderRows(layer, Uint32Array.of(feature));
    const begin = layers.indexOf(nativeLayer) * nEmbd;
    direction.forEach((x, i) => (sums[begin + i]! += coefficient * x));
  }
  return { nEmbd, layers, vectors: Float32Array.from(sums) };
}
