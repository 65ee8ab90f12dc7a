import { existsSync } from "node:fs";
import { checkArguments } from "../arguments/check";
import { anyOptions, listOf, path, shapeOf } from "../arguments/kinds";
import { work } from "../run/kinds";
import { join, resolve } from "node:path";
import { z } from "zod";
import { questionKeys } from "../data/clean-split";
import { invalidArgument } from "../errors";
import { answerArms } from "../evaluate/answer-arms";
import { planArms } from "../evaluate/arms";
import { metricOf } from "../evaluate/compare";
import type { ArmSummary } from "../evaluate/evaluation";
import { summarizeArms } from "../evaluate/summary";
import { downloadOption } from "../hub/fetch-files";
import { oneOf, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { workOptions, type WorkOptions } from "../progress";
import { modelIdentity } from "../model/identity";
import { checkProfile } from "../steering/check";
import { vectorsHash, type SteeringProfile } from "../steering/profile";
import { VARIANTS } from "../select/selection";
import { makeFolder } from "../files/folder";
import { writeJson } from "../files/json";
import { requireOwn } from "../files/overwrite";
import { manifestPath } from "../run/directory";
import { heldRun, lockRun } from "../run/lock";
import { folderNames } from "../run/folder-names";
import { readManifest } from "../run/run";
import { sourceDirectories } from "../run/source";
import { requireSamples } from "../ask/require-samples";
import { roomFor } from "../ask/room";
import { taskIdentity } from "../tasks/identity";
import { forksOfAnswer } from "../tasks/tries-choices";
import { openInputs, openQuestions, type Inputs } from "./inputs";
import { readRunProfiles } from "./profiles";
import { readSetup, readSetupToGoOn } from "./setup";
import { setupOptions, type Setup, type SetupOptions } from "./setup-options";
import { readTransfer, TRANSFER_FILE, type TransferMatrix } from "./transfer-matrix";

export const transferOverrides = setupOptions.pick({
  testSamples: true,
  device: true,
  gpuLayers: true,
  threads: true,
  contextTokens: true,
  products: true,
});

export const transferOptions = z.object({
  variant: option("which profile of each run", oneOf(VARIANTS).default("A")),
  out: option("where transfer.json goes", text("the path of a folder").exactOptional(), {
    value: "folder",
    otherwise: "the first run directory",
  }),
  overrides: option(
    "in place of what the runs' own setups say",
    z.custom<Partial<Pick<SetupOptions, keyof (typeof transferOverrides)["shape"]>>>().exactOptional(),
  ),
  ...downloadOption.shape,
  ...heldRun.shape,
  ...workOptions.shape,
});

/** @interface */
export type TransferOptions = Given<typeof transferOptions>;

/** A run whose profile is tried, and on whose questions profiles are tried. */
interface Party {
  readonly run: string;
  readonly profile: SteeringProfile;
  readonly setup: Setup;
  /** Of the questions that it selected or validated on, and of its test questions by id. */
  readonly seen: ReadonlySet<string>;
  readonly tested: ReadonlyMap<string, readonly string[]>;
}

const transferArguments = z.object({
  directories: listOf(path(), "a list of paths"),
  options: shapeOf({ ...work, out: path().optional(), overrides: anyOptions().optional() }, "options by name"),
});

/**
 * Applies the profile of each run to the test questions of each, which are those of a run but for what any of the runs
 * selected or validated on.
 *
 * @throws ERR_INVALID_ARGUMENT for fewer than two runs, or one twice; ERR_RUN_INCOMPLETE without the profile;
 * ERR_SHAPE_MISMATCH when the runs are of different models; ERR_FILE_WRITE where another's transfer.json is; as `openInputs` and
 * `runArms`
 */
export async function transfer(directories: readonly string[], options: TransferOptions = {}): Promise<TransferMatrix> {
  checkArguments(transferArguments, { directories, options });
  refuseUnknown(options, transferOptions);
  if (options.overrides) refuseUnknown(options.overrides, transferOverrides);
  const { variant, overrides = {}, onProgress, onDownload, signal } = resolveOptions(transferOptions, options);
  const runs = namesOf(directories);
  const out = options.out ?? directories[0]!;
  const path = join(out, TRANSFER_FILE);
  await requireOwn(path, "transfer", () => readTransfer(out));
  const parties: Party[] = [];
  const download = { onDownload, signal };
  for (const [i, directory] of directories.entries()) {
    const setup = await readSetupToGoOn(directory, overrides);
    const { profiles, ...found } = await readRunProfiles(directory, [variant]);
    const { split } = (await openQuestions(setup, download)).questions;
    const seen = new Set([...split.train, ...split.validation].flatMap(questionKeys));
    for (const shard of sourceDirectories(directory, found.runsNamedBy, found.runs).slice(1)) {
      const { train } = (await openQuestions(await readSetup(shard), download)).questions.split;
      for (const key of train.flatMap(questionKeys)) seen.add(key);
    }
    const tested = new Map(split.test.map((sample) => [sample.id, questionKeys(sample)]));
    parties.push({ run: runs[i]!, setup, profile: { ...profiles[0]!, name: runs[i]! }, seen, tested });
  }
  const { versions, model } = await readManifest(directories[0]!);
  using _held = existsSync(manifestPath(out)) ? await lockRun(out, options.lock) : undefined; // any folder will do
  const sources = parties.map(({ run, profile }) => ({
    ...{ run, task: profile.task, nFeatures: profile.features.length },
    vectors: vectorsHash(profile.vectors),
  }));
  const targets: TransferMatrix["targets"] = [];
  const cells: TransferMatrix["cells"] = [];
  const notes: string[] = [];
  for (const [i, party] of parties.entries()) {
    const of = `run ${i + 1} of ${parties.length}`;
    const work: WorkOptions = {
      onProgress: onProgress && (({ step, ...count }) => onProgress({ step: `${of}, ${step}`, ...count })),
      signal,
    };
    await using inputs = await openInputs(party.setup, { ...work, onDownload });
    const column = await tryOn(inputs, party, parties, work);
    targets.push(column.target);
    cells.push(...column.cells);
    notes.push(...column.notes);
  }
  const matrix: TransferMatrix = { format: 1, versions, model, variant, sources, targets, cells, notes };
  await makeFolder(out);
  await writeJson(path, matrix);
  return matrix;
}

async function tryOn(
  { model, task, split, engine: engineOptions, setup }: Inputs,
  { run, tested }: Party,
  parties: readonly Party[],
  options: WorkOptions,
): Promise<{ target: TransferMatrix["targets"][number]; cells: TransferMatrix["cells"]; notes: string[] }> {
  const samples = split.test.filter(
    ({ id }) => !parties.some(({ seen }) => tested.get(id)!.some((key) => seen.has(key))),
  );
  requireSamples(task, samples, "left to transfer to");
  const identity = await modelIdentity(model, options);
  const profiles = parties.map(({ profile }) => profile);
  const warnings = profiles.flatMap((profile) => checkProfile(profile, identity) ?? []);
  const planned = planArms(profiles, samples, { controls: [], scales: [], constrained: false, repeat: false });
  const room = await roomFor(model, task, planned.length * forksOfAnswer(task, samples), engineOptions);
  await using engine = await model.createEngine(room);
  const outcomes = await answerArms(engine, task, planned, { ...options, samples });
  const metric = metricOf(outcomes);
  const measure = { metric, seed: setup.seed, signal: options.signal };
  const summaries = await summarizeArms(outcomes, samples, measure);
  const [baseline, ...steered] = summaries as [ArmSummary, ...ArmSummary[]];
  const leftOut = split.test.length - samples.length;
  const { meanScore, interval } = baseline;
  const target = { run, task: taskIdentity(task), n: samples.length, leftOut, metric, baseline: meanScore, interval };
  const cells = steered.map(({ name, meanScore, comparison }) => ({
    source: name,
    target: run,
    meanScore,
    comparison: comparison!,
  }));
  const left = `${leftOut} test questions of ${run} are left out: one of the runs selected or validated on them, or on others of their clusters.`;
  return { target, cells, notes: [...(leftOut > 0 ? [left] : []), ...warnings] };
}

/** By which rows and columns are known. */
function namesOf(directories: readonly string[]): string[] {
  if (directories.length < 2) throw invalidArgument("directories", "at least two run directories", directories);
  const paths = directories.map((directory) => resolve(directory));
  const repeated = paths.find((path, i) => paths.indexOf(path) !== i);
  if (repeated !== undefined) throw invalidArgument("directories", "each run once", repeated);
  return folderNames(directories);
}
