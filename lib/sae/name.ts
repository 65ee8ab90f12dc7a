/** Something of an SAE: a feature, a layer's results. */
export interface OfSae {
  /** The SAE's id. */
  readonly sae: string;
  readonly layer: number;
}

export interface FeatureKey extends OfSae {
  readonly feature: number;
}

/** How SAEs are told to people: by their layer, as "3", where it has one among `told`, else by their id. */
export function saeNames(told: Iterable<OfSae>): (of: OfSae) => string {
  const first = new Map<number, string>();
  const shared = new Set<number>();
  for (const { sae, layer } of told) {
    if ((first.get(layer) ?? sae) !== sae) shared.add(layer);
    first.set(layer, sae);
  }
  return ({ sae, layer }) => (shared.has(layer) ? sae : String(layer));
}

/** Their features: "3:17". */
export function featureNames(told: Iterable<OfSae>): (feature: FeatureKey) => string {
  const nameOf = saeNames(told);
  return (feature) => `${nameOf(feature)}:${feature.feature}`;
}
