import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { invalidArgument } from "../errors";
import type { Sample } from "../data/sample";
import { roomFor } from "../evaluate/evaluate";
import { runArms, type RunArmsOptions } from "../evaluate/run-arms";
import type { EngineOptions } from "../model/engine";
import { modelIdentity } from "../model/identity";
import type { Model } from "../model/model";
import { buildProfile, type Directions } from "../profile/build";
import { decoderDirections } from "../profile/directions";
import { saveProfile, type SteeringProfile } from "../profile/profile";
import { profileSteering } from "../profile/steering";
import { readRanking, type Ranking } from "../rank/ranking";
import type { SaeFolder } from "../sae/folder";
import { saeIdentities } from "../sae/identity";
import { writeError } from "../store/atomic-write";
import { writeJson } from "../store/json-file";
import { checkSame } from "../store/manifest";
import { requireSamples } from "../tasks/require-samples";
import type { Task } from "../tasks/task";
import { selectAll } from "./all";
import { selectPruned, type MeasureArms } from "./pruned";
import { ALPHA, type Selection, type SelectionFile, type Variant } from "./selection";
import { selectSingle } from "./single";

/** What is made unless asked otherwise: the published ways. */
export const DEFAULT_VARIANTS: readonly Variant[] = ["S", "A", "P"];

export interface SelectOptions extends RunArmsOptions {
  /** A run directory with `ranking.json`; profiles are written to `profiles/<variant>.steer.json`. */
  readonly directory: string;
  /** @default S, A and P */
  readonly variants?: readonly Variant[];
  /** Validation questions, for P: neither selected nor tested on. */
  readonly samples: readonly Sample[];
  readonly engine?: EngineOptions;
}

/** A selection as the profile that steers with it, and its file. */
export interface SelectedProfile extends Selection {
  readonly profile: SteeringProfile;
  readonly path: string;
}

/**
 * Makes the profiles of the variants asked for from a run's ranking, and writes `selection.json` with P's validation.
 *
 * @throws ERR_RUN_INCOMPLETE without a ranking; ERR_RUN_MISMATCH when it is of another model or other SAEs; ERR_DEGENERATE
 * without a candidate; ERR_DATASET_FORMAT when P has nothing to validate on; as `runArms`
 */
export async function select(
  model: Model,
  saes: readonly SaeFolder[],
  task: Task,
  options: SelectOptions,
): Promise<SelectedProfile[]> {
  const { directory, variants = DEFAULT_VARIANTS, signal } = options;
  signal?.throwIfAborted();
  checkVariants(variants);
  const ranking = await readRanking(directory);
  checkSame(
    directory,
    { model: ranking.model, saes: ranking.saes },
    { model: await modelIdentity(model, signal), saes: await saeIdentities(saes, ranking.saes, signal) },
  );
  const directionsOf = decoderDirections(saes, { signal });
  const measure = measureOn(model, directionsOf, task, ranking, options);
  const folder = join(directory, "profiles");
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw writeError(folder, error);
  });
  const selected: SelectedProfile[] = [];
  for (const variant of variants) {
    const selection = await choose(variant, ranking, measure);
    const profile = await buildProfile(variant, ranking, selection.features, directionsOf);
    const path = join(folder, `${variant}.steer.json`);
    await saveProfile(path, profile);
    selected.push({ ...selection, profile, path });
  }
  const selections = selected.map(({ profile: _inPath, path: _here, ...selection }): Selection => selection);
  const policy = { significance: "none", alpha: ALPHA, topK: 1, coefficient: "mean", decode: false } as const;
  await writeJson(join(directory, "selection.json"), { format: 2, ...policy, selections } satisfies SelectionFile);
  return selected;
}

/** @throws ERR_INVALID_ARGUMENT */
export function checkVariants(variants: readonly Variant[]): void {
  const unknown = variants.find((variant) => !DEFAULT_VARIANTS.includes(variant));
  if (unknown !== undefined || variants.length === 0) {
    throw invalidArgument("variants", `some of ${DEFAULT_VARIANTS.join(", ")}`, unknown ?? variants);
  }
}

function choose(variant: Variant, ranking: Ranking, measure: MeasureArms): Selection | Promise<Selection> {
  if (variant === "S") return selectSingle(ranking);
  return variant === "A" ? selectAll(ranking) : selectPruned(ranking, measure);
}

function measureOn(
  model: Model,
  directionsOf: Directions,
  task: Task,
  ranking: Ranking,
  { samples, engine: engineOptions, ...options }: SelectOptions,
): MeasureArms {
  return async (arms) => {
    requireSamples(task, samples, "to validate on");
    const profiles = [];
    for (const { name, features } of arms) profiles.push(await buildProfile(name, ranking, features, directionsOf));
    const planned = profiles.map((profile) => ({
      name: profile.name,
      steering: profileSteering(profile),
      constrained: false,
    }));
    await using engine = await model.createEngine(roomFor(arms.length, engineOptions));
    const outcomes = await runArms(engine, task, samples, planned, options);
    const accuracies = outcomes.map(({ answers }) => answers.filter(({ score }) => score > 0).length / answers.length);
    return { n: samples.length, accuracies };
  };
}
