import type { ControlArm } from "./control-arm";
import { buildProfile } from "../../select/build-profile";
import { bestOfLayers } from "../../select/candidates";
import type { DecoderBias, Directions } from "../../steering/vectors";
import type { SteeringProfile } from "../../steering/profile";
import { rankShards } from "../../rank/rank-shards";
import type { RankedFeature, Ranking } from "../../rank/ranking";
import type { Shard } from "../../run/shards";
import type { Progress, WorkOptions } from "../../progress";
import { quantity } from "../../quantity";
import { seededRandom } from "../../statistics/random";

export interface ShuffledOptions extends WorkOptions {
  readonly nDraws: number;
  readonly seed: number;
  readonly directionsOf: Directions;
  /** How much of a feature is added: the run's own policy. */
  readonly coefficientOf: (feature: RankedFeature) => Promise<number>;
  /** Given for a profile in decode mode. */
  readonly biasOf?: DecoderBias | undefined;
}

/**
 * What selection makes of scores that say nothing: the scores are permuted over the samples, the features ranked as
 * `ranking` was, and the best of each layer steered with, with no regard to the null.
 *
 * @param profile that the draws are in place of
 * @param shards of single samples, ranked for their scores
 */
export async function drawShuffledControl(
  profile: SteeringProfile,
  ranking: Ranking,
  shards: readonly Shard[],
  { nDraws, seed, directionsOf, coefficientOf, biasOf, onProgress, signal }: ShuffledOptions,
): Promise<ControlArm[]> {
  const { sign, score, minSupport, covariates, stratifiedBy, reverse } = ranking;
  const options = {
    ...{ sign, score, minSupport, covariates, reverse, topK: 1, permutations: 0, bootstrap: 0 },
    ...(stratifiedBy === null ? {} : { stratifyBy: stratifiedBy }),
  };
  const control = { step: `control "shuffled", ${quantity(nDraws, "draw")}`, unit: "layers" };
  const draws: ControlArm[] = [];
  for (let draw = 1; draw <= nDraws; draw++) {
    const permuted = permuteScores(shards, seed + draw);
    const onLayer = ({ step: _, done, total }: Progress) =>
      onProgress?.({ ...control, done: (draw - 1) * total + done, total: nDraws * total });
    const ofChance = await rankShards(permuted, { ...options, onProgress: onLayer, signal });
    const best = [];
    for (const feature of bestOfLayers(ofChance).flatMap((features) => features.slice(0, 1))) {
      best.push({ ...feature, coefficient: await coefficientOf(feature) });
    }
    const name = `shuffled-${profile.name}-${draw}`;
    const steered = await buildProfile(name, ofChance, best, directionsOf, { biasOf });
    draws.push({ role: "shuffled", profile: profile.name, steered });
  }
  return draws;
}

/** Over the samples of all shards (Fisher and Yates). */
function permuteScores(shards: readonly Shard[], seed: number): Shard[] {
  const random = seededRandom(seed);
  const scores = Float64Array.from(shards.flatMap((shard) => [...shard.scores]));
  for (let i = scores.length - 1; i > 0; i--) {
    const other = random(i + 1);
    [scores[i], scores[other]] = [scores[other]!, scores[i]!];
  }
  let end = 0;
  return shards.map((shard) => ({ ...shard, scores: scores.slice(end, (end += shard.scores.length)) }));
}
