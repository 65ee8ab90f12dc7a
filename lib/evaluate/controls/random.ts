import { createHash } from "node:crypto";
import { SteeringError } from "../../errors";
import { sumVectors, type Directions } from "../../steering/vectors";
import type { ProfileFeature, SteeringProfile } from "../../steering/profile";
import type { WorkOptions } from "../../progress";
import { nonZero } from "../../statistics/non-zero";
import { norm } from "../../statistics/norm";
import type { Moments } from "../../statistics/moments";
import type { ControlArm } from "./control-arm";
import type { DrawnControl } from "./drawn";

export interface RandomControlOptions extends WorkOptions {
  readonly nDraws: number;
  readonly seed: number;
  /** Of the runs that the profile comes from, by the id of the SAE. */
  readonly momentsOf: (sae: string) => Promise<Moments>;
  readonly directionsOf: Directions;
}

/**
 * A feature is drawn from this many that are nearest in firing frequency, or from as many as there are draws, and from
 * all that are as near as the last of them: coordinates of the residual stream all fire in every sample.
 */
const NEAREST = 16;

/** The draws of `drawRandomControl`. @throws as it does */
export async function randomControl(profile: SteeringProfile, options: RandomControlOptions): Promise<DrawnControl> {
  const draws = await drawRandomControl(profile, options);
  return { role: "random", profile: profile.name, draw: (from, to) => Promise.resolve(draws.slice(from, to)) };
}

/**
 * The profile with each feature replaced by a random one that fires about as often, at a coefficient that gives its
 * vector the same norm; several times, no two alike: fewer than `nDraws` when not so many features fire. One draw may hit
 * a feature that matters, many show what is usual. Same seed, same features.
 *
 * @throws ERR_DEGENERATE when a layer has no other feature that fires
 */
export async function drawRandomControl(
  profile: SteeringProfile,
  { nDraws, seed, momentsOf, directionsOf, onProgress, signal }: RandomControlOptions,
): Promise<ControlArm[]> {
  const replacements: ProfileFeature[][] = [];
  const { length: total } = profile.features;
  for (const [done, original] of profile.features.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ step: `control "random" for ${profile.name}`, done, total, unit: "features" });
    const { sae, layer, feature, coefficient } = original;
    const moments = await momentsOf(sae);
    const { nActive, n } = moments.state;
    const nearest = nearestInFrequency(nActive, feature, Math.max(NEAREST, nDraws));
    if (nearest.length === 0) {
      const message = `layer ${layer} has no other feature that fires, for a random control`;
      throw new SteeringError("ERR_DEGENERATE", message, { layer, feature });
    }
    const drawn = shuffled(nearest, `${seed}:${placeOf(original, profile)}:${feature}`).slice(0, nDraws);
    const [replaced, ...directions] = await directionsOf([feature, ...drawn].map((feature) => ({ sae, feature })));
    const length = Math.abs(coefficient) * norm(replaced!);
    replacements.push(
      drawn.map((feature, i) => ({
        ...original,
        feature,
        coefficient: (Math.sign(coefficient) * length) / norm(directions[i]!),
        r: moments.feature(feature).r,
        frequency: nActive[feature]! / n,
      })),
    );
  }
  const bias = profile.decoderBias === undefined ? undefined : await biasOf(profile, directionsOf);
  const draws: ControlArm[] = [];
  for (let draw = 0; draw < Math.max(...replacements.map((drawn) => drawn.length)); draw++) {
    const features = replacements.map((drawn) => drawn[draw % drawn.length]!);
    const vectors = await sumVectors(features, profile.vectors.nEmbd, directionsOf, bias);
    const steered = { ...profile, name: `random-${profile.name}-${draw + 1}`, features, vectors };
    draws.push({ role: "random", profile: profile.name, steered });
  }
  return draws;
}

/** Of a profile in decode mode: what its first vector has beyond its features. */
async function biasOf({ features, vectors }: SteeringProfile, directionsOf: Directions): Promise<Float32Array> {
  const ofFeatures = await sumVectors(features, vectors.nEmbd, directionsOf);
  return vectors.rows.slice(0, vectors.nEmbd).map((x, i) => x - ofFeatures.rows[i]!);
}

function nearestInFrequency(nActive: Uint32Array, feature: number, count: number): number[] {
  const distance = (other: number) => Math.abs(nActive[other]! - nActive[feature]!);
  const others = [...nonZero(nActive)].filter((other) => other !== feature);
  const farthest = others.map(distance).sort((a, b) => a - b)[Math.min(count, others.length) - 1]!;
  return others.filter((other) => distance(other) <= farthest);
}

/** The layer, and where features of several of its SAEs are steered, which of them: what one draws says nothing of another. */
function placeOf({ sae, layer }: ProfileFeature, { features }: SteeringProfile): string {
  const saes = new Set(features.filter((other) => other.layer === layer).map((other) => other.sae));
  return saes.size === 1 ? `${layer}` : `${layer}:${sae}`;
}

/** In the order of a hash of `key` and feature: even, and the same everywhere. */
function shuffled(features: readonly number[], key: string): number[] {
  const order = (feature: number) => createHash("sha256").update(`${key}:${feature}`).digest("hex");
  return features
    .map((feature) => ({ feature, order: order(feature) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ feature }) => feature);
}
