import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { path as aPath, shapeOf } from "../arguments/kinds";
import { samples as someSamples } from "../data/kinds";
import { engineArgument } from "../model/engine-arguments";
import { model as aModel } from "../model/kinds";
import { work } from "../run/kinds";
import { saeFolders } from "../sae/kinds";
import { task as aTask } from "../tasks/kinds";
import { join } from "node:path";
import { modelIdentity } from "../model/identity";
import type { Model } from "../model/model";
import { once } from "../once";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { buildProfile } from "./build-profile";
import { decoderBiases, decoderDirections } from "../steering/directions";
import { saveProfile, type SteeringProfile } from "../steering/profile";
import { RANKING_FILE, readRankingFile } from "../rank/ranking";
import { correctnessProbes } from "../probe/probes";
import { residualNorms } from "../run/residual-statistics";
import { lockExistingRun } from "../run/lock";
import { readShards } from "../run/shards";
import { requireSameRuns, sourceDirectories } from "../run/source";
import { writeStageFile } from "../run/stage-file";
import { profileFile, PROFILES_FOLDER } from "../run/directory";
import { writeTogether } from "../run/together";
import { ALPHA } from "../statistics/alpha";
import type { SaeFolder } from "../sae/folder";
import { saeIdentities } from "../sae/identity";
import { makeFolder } from "../files/folder";
import { checkSame } from "../run/manifest";
import type { Task } from "../tasks/task";
import { Chooser } from "./choose";
import { areGates, type Trial } from "./gate";
import { gateProfile } from "./gate-profile";
import type { ResidualUnits } from "./coefficient";
import { AskedValidation } from "./measure";
import {
  needsSamples,
  requireBudget,
  requireKept,
  requireValidation,
  resolveChoice,
  selectOptions,
  type SelectOptions,
} from "./options";
import { SELECTION_FILE, type Selection, type SelectionFile } from "./selection";

/** A selection as the profile that steers with it, and its file. */
export interface SelectedProfile extends Selection {
  readonly profile: SteeringProfile;
  readonly path: string;
}

const selectArguments = z.object({
  model: aModel(),
  saes: saeFolders(),
  task: aTask(),
  options: shapeOf(
    { ...work, directory: aPath(), samples: someSamples(), engine: engineArgument.optional() },
    "options by name",
  ),
});

/**
 * Makes the profiles of the variants asked for from a run's ranking, and writes `selection.json`, which says why these:
 * all of them together, or none.
 *
 * @throws ERR_RUN_INCOMPLETE without a ranking, or one without a null where significance is asked for; ERR_RUN_MISMATCH
 * when it is of another model or other SAEs; ERR_DEGENERATE without a candidate, or, for joint, without a wrong answer;
 * ERR_DATASET_FORMAT when P, P+, causal or gated has nothing to validate on; ERR_INVALID_ARGUMENT; ERR_OUT_OF_RANGE; as `runArms`
 */
export async function select(
  model: Model,
  saes: readonly SaeFolder[],
  task: Task,
  options: SelectOptions,
): Promise<SelectedProfile[]> {
  checkArguments(selectArguments, { model, saes, task, options });
  refuseUnknown(options, selectOptions);
  const { directory, samples, engine, shared, onCausalAhead, onProgress, signal } = resolveOptions(
    selectOptions,
    options,
  );
  const work = { onProgress, signal };
  signal?.throwIfAborted();
  const choice = resolveChoice(options);
  const { variants, significance, topK, coefficient, decode, seed } = choice;
  requireValidation(variants, task, samples);
  requireBudget(choice, samples.length);
  using _held = await lockExistingRun(directory, options.lock);
  const { document: ranking, sha256: rankingHash } = await readRankingFile(directory);
  const runs = sourceDirectories(directory, RANKING_FILE, ranking.runs);
  await requireSameRuns(directory, RANKING_FILE, ranking.runs);
  checkSame(
    directory,
    { model: ranking.model, saes: ranking.saes },
    { model: await modelIdentity(model, work), saes: await saeIdentities(saes, ranking.saes, work) },
  );
  const directionsOf = decoderDirections(saes);
  const biasOf = decode ? decoderBiases(saes) : undefined;
  const build = { biasOf, coefficientPolicy: coefficient, rankingHash };
  const profileOf = async (name: string, trial: Trial) =>
    areGates(trial)
      ? gateProfile(name, ranking, trial, rankingHash)
      : buildProfile(name, ranking, trial, directionsOf, build);
  const shards = once(() => readShards(runs));
  if (needsSamples(choice)) requireKept(choice, (await shards())[0]!.manifest.keep);
  const units: ResidualUnits = { directionsOf, meanNormOf: residualNorms(shards) };
  await using validation = new AskedValidation({ model, task, samples, profileOf, engine, shared, ...work });
  const probes = async () => correctnessProbes(await shards(), saes, work);
  const around = { model, saes, shards, validation, units, profileOf, probes, engine, onCausalAhead, ...work };
  const chooser = new Chooser(ranking, choice, around);
  const selected: SelectedProfile[] = [];
  for (const variant of variants) {
    const { selection, trial } = await chooser.choose(variant);
    const profile = await profileOf(variant, trial);
    selected.push({ ...selection, profile, path: join(directory, profileFile(variant)) });
  }
  const selections = selected.map(({ profile: _inItsFile, path: _here, ...selection }): Selection => selection);
  await writeTogether(directory, async (folder) => {
    const profiles: SelectionFile["profiles"] = {};
    await makeFolder(join(folder, PROFILES_FOLDER));
    for (const { variant, profile } of selected) {
      profiles[variant] = await saveProfile(join(folder, profileFile(variant)), profile);
    }
    const file: SelectionFile = {
      ...{ format: 3, significance, alpha: ALPHA, topK, coefficient, decode, seed, selections },
      ...{ ranking: rankingHash, profiles },
      ...(ranking.runs && { runs: ranking.runs }),
    };
    await writeStageFile(directory, SELECTION_FILE, file, folder);
  });
  return selected;
}
