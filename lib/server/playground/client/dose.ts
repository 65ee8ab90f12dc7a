import type { Profile, ProfileFeature } from "./served.js";

/** One thing that is added at a layer, and how many times of it. */
export interface Dose {
  readonly layer: number;
  /** What a request calls the feature that it is; null for what is no feature, or one that the server can't add by itself. */
  readonly feature: string | null;
  /** Of a feature: its learned coefficient; 1 for what is no feature. */
  readonly unit: number;
  readonly label: string;
  /** Where what it is is shown. */
  readonly page: string | null;
  times: number;
}

/** The doses of a profile as it was learned: its features one by one where the server can add them so, else its layers. */
export function dosesOf({ layers, features }: Profile): Dose[] {
  return layers.flatMap((layer) => {
    const own = features.filter((feature) => feature.native_layer === layer);
    const isParted = own.length === 1 || (own.length > 1 && own.every(({ name }) => name !== null));
    return isParted
      ? own.map(featureDose)
      : [{ layer, feature: null, unit: 1, label: labelOfLayer(layer, own), page: null, times: 1 }];
  });
}

function featureDose({ name, native_layer: layer, coefficient: unit, page, ...of }: ProfileFeature): Dose {
  return { layer, feature: name, unit, label: labelOf({ ...of, layer }), page, times: 1 };
}

/** What a feature is called on the page. */
export function labelOf({ layer, feature, r }: { layer: number; feature: number; r: number }): string {
  return `${placeOf(layer)}, feature ${feature}, r ${r.toFixed(2)}`;
}

function labelOfLayer(layer: number, features: readonly ProfileFeature[]): string {
  const what = features.length === 0 ? "vector" : features.map(({ feature }) => `feature ${feature}`).join(" + ");
  return `${placeOf(layer)}, ${what}`;
}

function placeOf(layer: number): string {
  return layer < 0 ? "input" : `layer ${layer}`;
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
