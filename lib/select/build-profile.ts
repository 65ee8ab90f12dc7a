import type { RankedFeature, Ranking } from "../rank/ranking";
import { steeredLayers } from "../sae/convention";
import type { ProfileFeature, SteeringProfile } from "../steering/profile";
import { sumVectors, type DecoderBias, type Directions } from "../steering/vectors";

export interface BuildOptions {
  /** Given for decode mode: the first steered layer also gets its SAE's bias (`decode=True` in the published code). */
  readonly biasOf?: DecoderBias | undefined;
  /** What the coefficients are, for the record. */
  readonly coefficientPolicy?: string | undefined;
  /** SHA-256 of the ranking's file, for the record. */
  readonly rankingHash?: string | undefined;
}

/** The profile of some of a ranking's features: per layer the sum of coefficient times decoder direction. */
export async function buildProfile(
  name: string,
  ranking: Ranking,
  chosen: readonly RankedFeature[],
  directionsOf: Directions,
  { biasOf, coefficientPolicy, rankingHash }: BuildOptions = {},
): Promise<SteeringProfile> {
  const features = chosen
    .map((feature) => profileFeature(feature, ranking))
    .sort((a, b) => a.nativeLayer - b.nativeLayer);
  const first = features[0]?.sae;
  const bias = first === undefined ? undefined : await biasOf?.(first);
  const { task, model, saes, convention, versions, n } = ranking;
  return {
    format: "corrsteer-steering-profile",
    version: 2,
    name,
    model,
    saes: saes.filter(({ id }) => features.some(({ sae }) => sae === id)),
    convention,
    features,
    ...(bias && first !== undefined && { decoderBias: first }),
    ...(coefficientPolicy !== undefined && { coefficientPolicy }),
    task,
    n,
    ...(rankingHash !== undefined && { ranking: rankingHash }),
    versions,
    vectors: await sumVectors(features, model.nEmbd, directionsOf, bias),
  };
}

function profileFeature(
  { sae, layer, feature, coefficient, r, frequency, variation }: RankedFeature,
  ranking: Ranking,
): ProfileFeature {
  const { site } = ranking.saes.find(({ id }) => id === sae)!;
  return {
    sae,
    layer,
    site,
    nativeLayer: steeredLayers(ranking)({ sae }),
    feature,
    coefficient,
    r,
    frequency,
    ...(variation !== undefined && { variation }),
  };
}
