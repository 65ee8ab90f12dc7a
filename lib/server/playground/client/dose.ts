import type { Profile, ProfileFeature } from "./served.js";

/** One thing that is added at a layer, and how many times of it. */
export interface Dose {
  readonly layer: number;
  /** What a request calls the feature that it is; null for what is no feature, or one that the server can't add by itself. */
  readonly feature: string | null;
  /** Of a feature: its learned coefficient; 1 for what is no feature. */
  readonly unit: number;
  readonly label: string;
  times: number;
}

/** The doses of a profile as it was learned: its features one by one where the server can add them so, else its layers. */
export function dosesOf({ layers, features }: Profile): Dose[] {
  return layers.flatMap((layer) => {
    const own = features.filter((feature) => feature.native_layer === layer);
    const isParted = own.length === 1 || (own.length > 1 && own.every(({ name }) => name !== null));
    return isParted ? own.map(featureDose) : [{ layer, feature: null, unit: 1, label: labelOf(layer, own), times: 1 }];
  });
}

function featureDose(of: ProfileFeature): Dose {
  const { name, native_layer: layer, coefficient: unit, r } = of;
  return { layer, feature: name, unit, label: `${labelOf(layer, [of])}, r ${r.toFixed(2)}`, times: 1 };
}

function labelOf(layer: number, features: readonly ProfileFeature[]): string {
  const place = layer < 0 ? "input" : `layer ${layer}`;
  if (features.length === 0) return `${place}, vector`;
  return `${place}, ${features.map(({ feature }) => `feature ${feature}`).join(" + ")}`;
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
