import { distinctProfiles } from "../evaluate/arms";
import { signFlipped, type ControlArm } from "../evaluate/control-arm";
import { meanDifference } from "../evaluate/mean-difference";
import { drawRandomControl } from "../evaluate/random-control";
import { decoderDirections } from "../profile/directions";
import type { SteeringProfile } from "../profile/profile";
import type { Moments } from "../rank/moments";
import { readMoments, readShards, type Shard } from "../rank/read-moments";
import { readResidualStatistics } from "../rank/residual-statistics";
import { saeIdentities } from "../sae/identity";
import { checkSame } from "../store/manifest";
import type { ResolvedControls } from "./control-options";
import type { Inputs } from "./inputs";

/**
 * What is steered with in place of the profiles, made with the run in `directory`. Profiles that steer nothing, or the
 * same as another one, have no controls of their own.
 *
 * @throws ERR_RUN_MISMATCH when the run is of other SAEs; as `readShards`, `drawRandomControl`, `readResidualStatistics`
 */
export async function controlArms(
  { saes, setup }: Inputs,
  directory: string,
  profiles: readonly SteeringProfile[],
  { controls, randomDraws: nDraws }: ResolvedControls,
  signal?: AbortSignal,
): Promise<ControlArm[]> {
  const distinct = distinctProfiles(profiles);
  if (distinct.length === 0) return [];
  const shards = await readShards([directory]);
  const { manifest } = shards[0]!;
  checkSame(directory, { saes: manifest.saes }, { saes: await saeIdentities(saes, manifest.saes, signal) });
  const directionsOf = decoderDirections(saes, { signal });
  const arms: ControlArm[] = [];
  if (controls.includes("random")) {
    const momentsOf = momentsReader(shards);
    for (const profile of distinct) {
      arms.push(...(await drawRandomControl(profile, { nDraws, seed: setup.seed, momentsOf, directionsOf })));
    }
  }
  if (controls.includes("sign-flipped")) arms.push(...distinct.map(signFlipped));
  if (controls.includes("mean-difference")) {
    const statistics = await readResidualStatistics(shards);
    arms.push(...distinct.flatMap((profile) => meanDifference(profile, statistics) ?? []));
  }
  return arms;
}

/** Each layer's moments are read once. */
function momentsReader(shards: readonly Shard[]): (layer: number) => Promise<Moments> {
  const known = new Map<number, Moments>();
  return async (layer) => {
    const sae = shards[0]!.manifest.saes.find((sae) => sae.layer === layer)!;
    const moments = known.get(layer) ?? (await readMoments(shards, sae));
    known.set(layer, moments);
    return moments;
  };
}
