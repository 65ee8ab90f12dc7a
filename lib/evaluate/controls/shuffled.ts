import type { Design } from "../../rank/design";
import { asRanked, planAsRanked } from "../../rank/as-ranked";
import type { RankOptions } from "../../rank/options";
import { rankShards } from "../../rank/rank-shards";
import type { Ranking } from "../../rank/ranking";
import type { Progress, WorkOptions } from "../../progress";
import type { Shard } from "../../run/shards";
import { steeredLayers } from "../../sae/convention";
import { buildProfile } from "../../select/build-profile";
import { bestOfLayers } from "../../select/candidates";
import { coefficientsOf } from "../../select/coefficient";
import { dealing } from "../../statistics/dealing";
import { norm } from "../../statistics/norm";
import { seededRandom } from "../../statistics/random";
import type { SteeringProfile } from "../../steering/profile";
import { sumVectors, type DecoderBias, type Directions } from "../../steering/vectors";
import type { ControlArm } from "./control-arm";
import type { DrawnControl } from "./drawn";

export interface ShuffledOptions extends WorkOptions {
  readonly seed: number;
  readonly directionsOf: Directions;
  readonly biasOf: DecoderBias;
}

/**
 * What selection makes of scores that say nothing, in each profile's place: the scores are dealt out anew over the samples
 * as the null deals them, the features ranked as `ranking` was, with no regard to the null, and as many of the best taken at
 * each of the profile's layers as it has there, adding as much. One dealing makes the same draw of all profiles.
 *
 * @param shards of single samples, ranked for their scores
 */
export function shuffledControls(
  profiles: readonly SteeringProfile[],
  ranking: Ranking,
  shards: readonly Shard[],
  { seed, directionsOf, biasOf, ...work }: ShuffledOptions,
): DrawnControl[] {
  const nativeLayerOf = steeredLayers(ranking);
  const steered = new Set(profiles.flatMap(({ vectors }) => [...vectors.layers]));
  const saes = ranking.saes.filter(({ id }) => steered.has(nativeLayerOf({ sae: id })));
  const used = shards.map((shard) => ({ ...shard, manifest: { ...shard.manifest, saes } }));
  const topK = Math.max(...profiles.flatMap((profile) => [...profile.vectors.layers].map((at) => nAt(profile, at))));
  const options = { ...asRanked(ranking), topK };
  const design = once(async () => (await planAsRanked(used, ranking)).design);
  const ranked = new Map<number, () => Promise<Ranking>>();
  const rankingOf = (draw: number) => {
    const own = ranked.get(draw) ?? once(async () => rankDealt(used, await design(), options, seed + draw + 1, work));
    ranked.set(draw, own);
    return own();
  };
  return profiles.map((profile) => ({
    role: "shuffled",
    profile: profile.name,
    draw: async (from, to) => {
      const rankings: Ranking[] = [];
      for (let draw = from; draw < to; draw++) rankings.push(await rankingOf(draw));
      // Of all at once, as the whole of an SAE is read for some: they are known after that.
      await directionsOf(rankings.flatMap(({ layers }) => layers.flatMap(({ features }) => features)));
      const arms: ControlArm[] = [];
      for (const [i, ofChance] of rankings.entries()) {
        const name = `shuffled-${profile.name}-${from + i + 1}`;
        const steered = await inPlaceOf(profile, name, ofChance, directionsOf, biasOf);
        arms.push({ role: "shuffled", profile: profile.name, steered });
      }
      return arms;
    },
  }));
}

function nAt({ features }: SteeringProfile, layer: number): number {
  return features.filter(({ nativeLayer }) => nativeLayer === layer).length;
}

async function rankDealt(
  shards: readonly Shard[],
  { groups, clusters }: Design,
  options: RankOptions,
  seed: number,
  { onProgress, signal }: WorkOptions,
): Promise<Ranking> {
  const scores = shards.flatMap((shard) => [...shard.scores]);
  const dealt = Float64Array.from(dealing(groups, clusters, seededRandom(seed)), (sample) => scores[sample]!);
  let end = 0;
  const relabelled = shards.map((shard) => ({ ...shard, scores: dealt.slice(end, (end += shard.scores.length)) }));
  const onLayer = (progress: Progress) => onProgress?.({ ...progress, step: 'control "shuffled"' });
  return rankShards(relabelled, { ...options, onProgress: onLayer, signal });
}

/** At each of the profile's layers as many features, adding vectors of the same norm. */
async function inPlaceOf(
  profile: SteeringProfile,
  name: string,
  ofChance: Ranking,
  directionsOf: Directions,
  biasOf: DecoderBias,
): Promise<SteeringProfile> {
  const nativeLayerOf = steeredLayers(ofChance);
  const best = bestOfLayers(ofChance);
  const { nEmbd, layers, rows } = await sumVectors(profile.features, profile.vectors.nEmbd, directionsOf); // but the bias
  const chosen = [];
  for (const [i, layer] of layers.entries()) {
    const ofLayer = best.find(([first]) => nativeLayerOf(first!) === layer) ?? [];
    const features = ofLayer.slice(0, nAt(profile, layer));
    if (features.length === 0) continue;
    const meanNormOf = () => Promise.resolve(norm(rows.subarray(i * nEmbd, (i + 1) * nEmbd)));
    const coefficients = await coefficientsOf({ kind: "residual", fraction: 1 }, features, {
      directionsOf,
      meanNormOf,
    });
    chosen.push(...features.map((feature, k) => ({ ...feature, coefficient: coefficients[k]! })));
  }
  return buildProfile(name, ofChance, chosen, directionsOf, profile.decoderBias === undefined ? {} : { biasOf });
}

/** Computes when it is first asked for. */
function once<T>(compute: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => (known ??= compute());
}
