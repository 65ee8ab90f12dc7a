import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf, path } from "../arguments/kinds";
import { work } from "../run/kinds";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readEvaluatedSamples, type EvaluatedSample } from "../evaluate/evaluated-sample";
import { EVALUATION_FILE, readEvaluation, type Evaluation } from "../evaluate/evaluation";
import { requireConsistent } from "../evaluate/require-consistent";
import { readRankingFile, type RankedFeature, type Ranking } from "../rank/ranking";
import { readSelectionFile, type SelectionFile, type Variant } from "../select/selection";
import { makeFolder } from "../files/folder";
import { writeJson } from "../files/json";
import type { RunManifest } from "../run/manifest";
import { lockExistingRun, type HeldRun } from "../run/lock";
import { readManifest } from "../run/run";
import { officialAnswers, officialChanges, officialMetrics } from "./official-answers";
import { officialFeatures, type OfficialMode } from "./official-features";
import { answersFileName, featuresFileName, officialNames } from "./official-names";

interface ExportedRun {
  readonly manifest: RunManifest;
  readonly ranking: Ranking;
  readonly selections: SelectionFile;
  readonly folder: string;
}

const exportArguments = z.object({ directory: path(), options: optionsOf({ lock: work.lock }) });

/**
 * Writes what a run found to its folder `official/`, in the files that the method's published code writes: the features of
 * S, A and P, and after an evaluation each arm's answers, the changed ones, and the counts. What has no place there
 * (significance, other variants, controls) is left out.
 *
 * @returns the paths written
 * @throws ERR_RUN_INCOMPLETE before select; ERR_RUN_MISMATCH as `requireConsistent`; ERR_FILE_FORMAT; ERR_FILE_WRITE
 */
export async function exportOfficial(directory: string, options: HeldRun = {}): Promise<string[]> {
  checkArguments(exportArguments, { directory, options });
  using _held = await lockExistingRun(directory, options.lock);
  const folder = join(directory, "official");
  const manifest = await readManifest(directory);
  const ranking = await readRankingFile(directory);
  const selection = await readSelectionFile(directory);
  const evaluation = existsSync(join(directory, EVALUATION_FILE)) ? await readEvaluation(directory) : undefined;
  requireConsistent(directory, { ranking, selection, evaluation });
  const run: ExportedRun = {
    manifest,
    ranking: ranking.document,
    selections: selection.document,
    folder,
  };
  await makeFolder(folder);
  const written = await exportFeatures(run);
  return evaluation ? [...written, ...(await exportAnswers(run, evaluation, directory))] : written;
}

async function exportFeatures(run: ExportedRun): Promise<string[]> {
  const { manifest, ranking, selections } = run;
  const names = officialNames(manifest);
  const written = [];
  for (const { variant, features } of published(selections)) {
    const selected = bestOfEachLayer(features);
    const mode = modeOf(variant, selected);
    if (mode === undefined) continue;
    const name = featuresFileName(names, mode, ranking, selections, manifest.task);
    const { model, task } = names;
    written.push(await put(run, name, officialFeatures(ranking, { model, task }, mode, selected)));
  }
  return written;
}

async function exportAnswers(run: ExportedRun, evaluation: Evaluation, directory: string): Promise<string[]> {
  const { manifest, selections } = run;
  const names = officialNames(manifest);
  const { arms } = evaluation;
  const samples: EvaluatedSample[] = [];
  for await (const sample of readEvaluatedSamples(directory, evaluation)) samples.push(sample);
  const baseline = arms[0]!.name;
  const written = [await put(run, answersFileName(names, []), officialAnswers(samples, baseline, names.task))];
  for (const { variant, features } of published(selections)) {
    const arm = arms.find(({ name }) => name === variant);
    if (!arm || features.length === 0) continue;
    const name = answersFileName(names, features);
    const changes = officialChanges(samples, arm.name, baseline, names.task);
    const { model, task } = names;
    const layers = features.map(({ layer }) => layer);
    const counts = officialMetrics({ name, model, task, layers, accuracy: arm.meanScore }, changes);
    written.push(
      await put(run, name, officialAnswers(samples, arm.name, names.task)),
      await put(run, `${name}_positive`, changes.positive),
      await put(run, `${name}_negative`, changes.negative),
      await put(run, `${name}_metrics`, counts),
    );
  }
  return written;
}

function published({ selections }: SelectionFile) {
  return selections.filter(({ variant }) => variant === "S" || variant === "A" || variant === "P");
}

/** The published code steers one feature of a layer. */
function bestOfEachLayer(features: readonly RankedFeature[]): RankedFeature[] {
  return features.filter(({ layer }, i) => features.findIndex((other) => other.layer === layer) === i);
}

/** Undefined for an S that found nothing: the published mode is its layer. */
function modeOf(variant: Variant, features: readonly RankedFeature[]): OfficialMode | undefined {
  if (variant === "S") return features[0]?.layer;
  return variant === "A" ? "global" : "foreach";
}

async function put({ folder }: ExportedRun, name: string, document: unknown): Promise<string> {
  const path = join(folder, `${name}.json`);
  await writeJson(path, document);
  return path;
}
