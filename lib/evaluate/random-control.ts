import { createHash } from "node:crypto";
import { SteeringError } from "../errors";
import type { ProfileFeature, SteeringProfile } from "../profile/profile";
import { norm } from "../norm";
import type { Direction } from "../profile/build";
import type { Moments } from "../rank/moments";

/** The moments of the run that the profile comes from. */
export type LayerMoments = (layer: number) => Promise<Moments>;

/** How many features of nearest firing frequency one is drawn from. */
const NEAREST = 16;

/**
 * The same profile with each feature replaced by a random one that fires about as often, at a coefficient that gives
 * its vector the same norm: what any feature would do. Same seed, same features.
 *
 * @throws ERR_DEGENERATE when a layer has no other feature that fires
 */
export async function randomControl(
  name: string,
  profile: SteeringProfile,
  seed: number,
  layerMoments: LayerMoments,
  directionOf: Direction,
): Promise<SteeringProfile> {
  const { nEmbd, layers } = profile.vectors;
  const sums = new Float64Array(layers.length * nEmbd);
  const features: ProfileFeature[] = [];
  for (const original of profile.features) {
    const { layer, feature, coefficient, nativeLayer } = original;
    const moments = await layerMoments(layer);
    const { nActive, n } = moments.state;
    const drawn = draw(nearestInFrequency(nActive, feature), `${seed}:${layer}:${feature}`);
    if (drawn === undefined) {
      throw new SteeringError(
        "ERR_DEGENERATE",
        `layer ${layer} has no other feature that fires, for a random control`,
        {
          layer,
          feature,
        },
      );
    }
    const direction = await directionOf(layer, drawn);
    const scaled = (coefficient * norm(await directionOf(layer, feature))) / norm(direction);
    const begin = layers.indexOf(nativeLayer) * nEmbd;
    direction.forEach((x, i) => (sums[begin + i]! += scaled * x));
    const { r } = moments.feature(drawn);
    features.push({ ...original, feature: drawn, coefficient: scaled, r, frequency: nActive[drawn]! / n });
  }
  return { ...profile, name, features, vectors: { nEmbd, layers, vectors: Float32Array.from(sums) } };
}

function nearestInFrequency(nActive: Uint32Array, feature: number): number[] {
  const distance = (other: number) => Math.abs(nActive[other]! - nActive[feature]!);
  return [...nActive.keys()]
    .filter((other) => other !== feature && nActive[other]! > 0)
    .sort((a, b) => distance(a) - distance(b) || a - b)
    .slice(0, NEAREST);
}

/** One of `candidates`, by a hash of `key`: even, and the same everywhere. */
function draw(candidates: readonly number[], key: string): number | undefined {
  const fraction = createHash("sha256").update(key).digest().readUInt32BE() / 2 ** 32;
  return candidates[Math.floor(fraction * candidates.length)];
}
