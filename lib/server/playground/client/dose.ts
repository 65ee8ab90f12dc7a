import type { Profile } from "./served.js";

/** What a profile adds at one layer, and how many times of it is added. */
export interface Dose {
  readonly layer: number;
  /** Of the one feature that is added there: its learned coefficient; 1 where there are several, or none is known. */
  readonly unit: number;
  readonly name: string;
  times: number;
}

/** The doses of a profile as it was learned. */
export function dosesOf({ layers, features }: Profile): Dose[] {
  return layers.map((layer) => {
    const own = features.filter((feature) => feature.native_layer === layer);
    const [only] = own;
    const unit = own.length === 1 ? only!.coefficient : 1;
    return { layer, unit, name: nameOf(layer, own), times: 1 };
  });
}

function nameOf(layer: number, features: Profile["features"]): string {
  const place = layer < 0 ? "input" : `layer ${layer}`;
  if (features.length === 0) return `${place}, vector`;
  const r = features.length === 1 ? `, r ${features[0]!.r.toFixed(2)}` : "";
  return `${place}, ${features.map(({ feature }) => `feature ${feature}`).join(" + ")}${r}`;
}

/** A request's `steering`: parts of a profile, each at its own scale, added up. */
export type Steering = Readonly<Record<string, unknown>> | null;

/** @param scale of all of them */
export function steeringOf(profile: Profile | undefined, doses: readonly Dose[], scale: number): Steering {
  if (!profile) return null;
  const [first] = doses;
  if (doses.every(({ times }) => times === first?.times)) {
    return { profile: profile.name, scale: rounded((first?.times ?? 1) * scale) };
  }
  const parts = doses.map(({ layer, times }) => ({
    profile: profile.name,
    layers: [layer],
    scale: rounded(times * scale),
  }));
  return { ...parts[0], plus: parts.slice(1) };
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
