import { invalidArgument } from "../../errors";
import { distinctProfiles } from "../arms";
import { signFlipped, type ControlArm } from "./control-arm";
import { ENOUGH_DRAWS, type DrawnControl } from "./drawn";
import { meanDifference } from "./mean-difference";
import { probeDirection } from "./probe-direction";
import { randomControl } from "./random";
import { shuffledControls } from "./shuffled";
import { decoderBiases, decoderDirections } from "../../steering/directions";
import type { SteeringProfile } from "../../steering/profile";
import { correctnessProbes } from "../../probe/probes";
import type { Moments } from "../../statistics/moments";
import type { Ranking } from "../../rank/ranking";
import { readMoments, readShards, type Shard } from "../../run/shards";
import { readResidualStatistics } from "../../run/residual-statistics";
import type { SaeFolder } from "../../sae/folder";
import { saeIdentities } from "../../sae/identity";
import type { WorkOptions } from "../../progress";
import { checkSame, type RunManifest } from "../../run/manifest";
import type { ResolvedControls } from "./options";

/** A run directory, its ranking unless that is gone, and SAEs: the run's, where nothing is wrong. */
export interface RankedRun {
  readonly directory: string;
  /** Directories of the runs that were ranked: this one and its other shards. */
  readonly runs: readonly string[];
  readonly ranking: Ranking | undefined;
  readonly saes: readonly SaeFolder[];
}

export interface ControlsOptions
  extends Omit<ResolvedControls, "scales" | "equalKl" | "neutralText" | "controlsFor">, WorkOptions {
  readonly seed: number;
}

export interface Controls {
  readonly controls: ControlArm[];
  /** Of which draws are asked in rounds. */
  readonly drawn: DrawnControl[];
}

/**
 * What is steered with in place of the profiles, made with the runs that were ranked. Profiles that steer nothing, or the
 * same as another one, have no controls of their own, and a gate, which has no features, none that are draws of some.
 *
 * @throws ERR_RUN_MISMATCH when the run is of other SAEs; as `readShards`, `drawRandomControl`,
 * `readResidualStatistics`, `correctnessProbes`
 */
export async function controlsOf(
  { directory, runs, ranking, saes }: RankedRun,
  profiles: readonly SteeringProfile[],
  { controls, asked, randomDraws, shuffledDraws, seed, onProgress, signal }: ControlsOptions,
): Promise<Controls> {
  const work = { onProgress, signal };
  const distinct = distinctProfiles(profiles);
  if (distinct.length === 0) return { controls: [], drawn: [] };
  const shards = await readShards(runs);
  const { manifest } = shards[0]!;
  checkSame(directory, { saes: manifest.saes }, { saes: await saeIdentities(saes, manifest.saes, work) });
  const options = { seed, directionsOf: decoderDirections(saes), ...work };
  const random: DrawnControl[] = [];
  const momentsOf = momentsReader(shards);
  const ofFeatures = distinct.filter(({ features }) => features.length > 0);
  for (const profile of controls.includes("random") ? ofFeatures : []) {
    random.push(await randomControl(profile, { ...options, nDraws: randomDraws ?? ENOUGH_DRAWS, momentsOf }));
  }
  const toShuffle = controls.includes("shuffled") ? rankedForScores(ranking, manifest, asked) : undefined;
  const biasOf = decoderBiases(saes);
  const shuffled =
    toShuffle && ofFeatures.length > 0 ? shuffledControls(ofFeatures, toShuffle, shards, { ...options, biasOf }) : [];
  const kinds = [
    { nDraws: randomDraws, of: random },
    { nDraws: shuffledDraws, of: shuffled },
  ];
  const arms: ControlArm[] = [];
  for (const { nDraws, of } of kinds) {
    if (nDraws === undefined) continue;
    for (const control of of) arms.push(...(await control.draw(0, nDraws)));
  }
  if (controls.includes("sign-flipped")) arms.push(...distinct.map(signFlipped));
  if (controls.includes("mean-difference")) {
    const statistics = await readResidualStatistics(shards);
    arms.push(...distinct.flatMap((profile) => meanDifference(profile, statistics) ?? []));
  }
  if (controls.includes("probe-direction")) {
    const nativeLayers = new Set(distinct.flatMap(({ vectors }) => [...vectors.layers]));
    const probes = await correctnessProbes(shards, saes, { nativeLayers, ...work });
    arms.push(...distinct.flatMap((profile) => probeDirection(profile, probes) ?? []));
  }
  return { controls: arms, drawn: kinds.flatMap(({ nDraws, of }) => (nDraws === undefined ? of : [])) };
}

/**
 * The run's ranking, where its scores can be permuted and ranked again: single samples were kept, and the features are
 * ranked for the scores. Undefined where they cannot, unless asked for.
 * @throws ERR_INVALID_ARGUMENT
 */
function rankedForScores(found: Ranking | undefined, { keep }: RunManifest, asked: boolean): Ranking | undefined {
  if (found?.target === "score" && keep === "sparse") return found;
  if (!asked) return undefined;
  const expected = 'a run that keeps single samples and is ranked for their scores, for "shuffled"';
  throw invalidArgument("controls", expected, found ? `target ${found.target}, keep ${keep}` : "no ranking");
}

/** Each SAE's moments are read once. */
function momentsReader(shards: readonly Shard[]): (sae: string) => Promise<Moments> {
  const known = new Map<string, Moments>();
  return async (id) => {
    const sae = shards[0]!.manifest.saes.find((sae) => sae.id === id)!;
    const moments = known.get(id) ?? (await readMoments(shards, sae));
    known.set(id, moments);
    return moments;
  };
}
