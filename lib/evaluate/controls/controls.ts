import { existsSync } from "node:fs";
import { join } from "node:path";
import { invalidArgument } from "../../errors";
import { distinctProfiles } from "../arms";
import { signFlipped, type ControlArm } from "./control-arm";
import { meanDifference } from "./mean-difference";
import { drawRandomControl } from "./random";
import type { Directions } from "../../steering/vectors";
import { decoderBiases, decoderDirections } from "../../steering/directions";
import type { SteeringProfile } from "../../steering/profile";
import type { Moments } from "../../statistics/moments";
import type { RankedFeature, Ranking } from "../../rank/ranking";
import { readMoments, readShards, type Shard } from "../../run/shards";
import { readResidualStatistics, residualNorms } from "../../run/residual-statistics";
import type { SaeFolder } from "../../sae/folder";
import { saeIdentities } from "../../sae/identity";
import { coefficientsOf, parseCoefficient } from "../../select/coefficient";
import { readSelections } from "../../select/selection";
import type { WorkOptions } from "../../progress";
import { checkSame, type RunManifest } from "../../run/manifest";
import type { ResolvedControls } from "./options";
import { drawShuffledControl } from "./shuffled";

/** A run directory, its ranking unless that is gone, and SAEs: the run's, where nothing is wrong. */
export interface RankedRun {
  readonly directory: string;
  /** Directories of the runs that were ranked: this one and its other shards. */
  readonly runs: readonly string[];
  readonly ranking: Ranking | undefined;
  readonly saes: readonly SaeFolder[];
}

export interface ControlArmsOptions extends Omit<ResolvedControls, "scales" | "neutralText">, WorkOptions {
  readonly seed: number;
}

/**
 * What is steered with in place of the profiles, made with the runs that were ranked. Profiles that steer nothing, or the
 * same as another one, have no controls of their own.
 *
 * @throws ERR_RUN_MISMATCH when the run is of other SAEs; as `readShards`, `drawRandomControl`, `readResidualStatistics`
 */
export async function controlArms(
  { directory, runs, ranking, saes }: RankedRun,
  profiles: readonly SteeringProfile[],
  { controls, asked, randomDraws, shuffledDraws, seed, onProgress, signal }: ControlArmsOptions,
): Promise<ControlArm[]> {
  const work = { onProgress, signal };
  const distinct = distinctProfiles(profiles);
  if (distinct.length === 0) return [];
  const shards = await readShards(runs);
  const { manifest } = shards[0]!;
  checkSame(directory, { saes: manifest.saes }, { saes: await saeIdentities(saes, manifest.saes, work) });
  const directionsOf = decoderDirections(saes, { signal });
  const drawn = { seed, directionsOf, ...work };
  const arms: ControlArm[] = [];
  if (controls.includes("random")) {
    const momentsOf = momentsReader(shards);
    for (const profile of distinct) {
      arms.push(...(await drawRandomControl(profile, { ...drawn, nDraws: randomDraws, momentsOf })));
    }
  }
  if (controls.includes("sign-flipped")) arms.push(...distinct.map(signFlipped));
  const toPermute = controls.includes("shuffled") ? rankedForScores(ranking, manifest, asked) : undefined;
  if (toPermute) {
    const [first] = distinct;
    const replaced = distinct.find(({ name }) => name === "A") ?? first!;
    const coefficientOf = await coefficientsOfRun(directory, replaced.name, shards, directionsOf);
    const biasOf = replaced.decoderBias === undefined ? undefined : decoderBiases(saes);
    const options = { ...drawn, nDraws: shuffledDraws, coefficientOf, biasOf };
    arms.push(...(await drawShuffledControl(replaced, toPermute, shards, options)));
  }
  if (controls.includes("mean-difference")) {
    const statistics = await readResidualStatistics(shards);
    arms.push(...distinct.flatMap((profile) => meanDifference(profile, statistics) ?? []));
  }
  return arms;
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

/** By the run's own policy; with a KL budget the means times the factor of the profile that is replaced. */
async function coefficientsOfRun(
  directory: string,
  profile: string,
  shards: readonly Shard[],
  directionsOf: Directions,
): Promise<(feature: RankedFeature) => Promise<number>> {
  const selected = existsSync(join(directory, "selection.json")) ? await readSelections(directory) : undefined;
  const policy = parseCoefficient(selected?.coefficient ?? "mean");
  const scale = selected?.selections.find(({ variant }) => variant === profile)?.budget?.scale ?? 1;
  const units = { directionsOf, meanNormOf: residualNorms(() => Promise.resolve(shards)) };
  return async (feature) => scale * (await coefficientsOf(policy, [feature], units))[0]!;
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
