import { type Dose, rounded } from "./dose.js";
import type { Profile } from "./served.js";

/** What is added up in a request's `steering`. */
export interface Part {
  readonly profile?: string;
  readonly features?: readonly { readonly feature: string; readonly coefficient: number }[];
  readonly scale?: number;
  readonly layers?: readonly number[];
}

/** A request's `steering`. */
export type Steering = (Part & { readonly plus?: readonly Part[] }) | null;

/**
 * A profile whose doses were moved, and what was added to it.
 *
 * @param doses of the profile
 * @param added features
 * @param scale of all of them
 */
export function steeringOf(
  profile: Profile | undefined,
  doses: readonly Dose[],
  added: readonly Dose[],
  scale: number,
): Steering {
  const { parts, single } = profile ? parted(profile, doses, scale) : { parts: [], single: [] };
  const features = [...single, ...added].filter(({ times }) => times !== 0).map(coefficientOf);
  const [first, ...plus] = features.length > 0 ? [...parts, { features, scale }] : parts;
  return first ? { ...first, ...(plus.length > 0 && { plus }) } : null;
}

/** Of layers whose doses go together as much of the profile as they say; of the others the features one by one. */
function parted(profile: Profile, doses: readonly Dose[], scale: number): { parts: Part[]; single: Dose[] } {
  const layersOf = new Map<number, number[]>();
  const single: Dose[] = [];
  for (const layer of profile.layers) {
    const own = doses.filter((dose) => dose.layer === layer);
    const { times } = own[0]!;
    if (own.every((dose) => dose.times === times)) layersOf.set(times, [...(layersOf.get(times) ?? []), layer]);
    else single.push(...own);
  }
  const { name } = profile;
  const isWhole = layersOf.size === 1 && single.length === 0;
  if (isWhole) return { parts: [{ profile: name, scale: rounded([...layersOf.keys()][0]! * scale) }], single };
  layersOf.delete(0);
  const parts: Part[] = [...layersOf].map(([times, layers]) => ({
    profile: name,
    layers,
    scale: rounded(times * scale),
  }));
  return { parts, single };
}

/** As it was learned to the last digit, else as the slider shows it. */
function coefficientOf({ feature, times, unit }: Dose) {
  return { feature: feature!, coefficient: times === 1 ? unit : rounded(times * unit) };
}
