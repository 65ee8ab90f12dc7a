import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { listOf, optionsOf, path } from "../../arguments/kinds";
import { abortSignal } from "../../options/kinds";
import { basename, join, resolve } from "node:path";
import { isDrawn } from "../../evaluate/controls/drawn";
import { readEvaluation, type ArmSummary, type Evaluation } from "../../evaluate/evaluation";
import { requireConsistent } from "../../evaluate/require-consistent";
import { isShown } from "../../evaluate/summary";
import { findRankingFile } from "../../rank/ranking";
import { readSelectionFile, type SelectionFile } from "../../select/selection";
import { invalidArgument } from "../../errors";
import type { RunManifest } from "../../run/manifest";
import { folderNames } from "../../run/folder-names";
import { readManifest } from "../../run/run";
import { readSamples } from "../../run/samples";
import { overlapOf, type Overlap } from "./overlap";
import { spreadOf, type Spread } from "./spread";

/** Runs side by side: those that differ in nothing but the seed are one group. */
export interface RunComparison {
  readonly groups: readonly RunGroup[];
}

export interface RunGroup {
  /** What tells this group from the others, by name: model, task, ... */
  readonly facts: Readonly<Record<string, string>>;
  readonly runs: readonly ComparedRun[];
  readonly selectedOn: Overlap;
  readonly arms: readonly ArmAcrossRuns[];
}

export interface ComparedRun {
  /** Its folder's, with those above it where two folders have one name. */
  readonly name: string;
  readonly directory: string;
  readonly seed: number;
  /** Questions tested on. */
  readonly n: number;
  readonly headline: string;
}

/** An arm of all runs of a group. */
export interface ArmAcrossRuns {
  readonly name: string;
  readonly role: ArmSummary["role"];
  readonly score: Spread;
  /** From the arm that it is compared with; null for the baseline. */
  readonly difference: Spread | null;
  /** Of the difference in a single run, 95 %, or the range of a control's draws; null of several runs. */
  readonly interval: readonly [number, number] | null;
  /** Runs in which the difference is shown (adjusted p below 0.05); null for the baseline and for draws of a control. */
  readonly nShown: number | null;
}

interface Run {
  readonly name: string;
  readonly directory: string;
  readonly manifest: RunManifest;
  readonly selections: SelectionFile;
  readonly evaluation: Evaluation;
  /** Ids of what it selected on. */
  readonly questions: readonly string[];
}

const compareArguments = z.object({
  directories: listOf(path(), "a list of paths"),
  options: optionsOf({ signal: abortSignal().optional() }),
});

/**
 * @param directories of evaluated runs
 * @throws ERR_INVALID_ARGUMENT without a run or with one twice, ERR_RUN_INCOMPLETE, ERR_RUN_MISMATCH as
 * `requireConsistent`, ERR_FILE_FORMAT; the signal's reason after an abort
 */
export async function compareRuns(
  directories: readonly string[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RunComparison> {
  checkArguments(compareArguments, { directories, options });
  if (directories.length === 0) throw invalidArgument("runs", "at least one run directory", directories);
  const repeated = directories.find((directory, i) =>
    directories.some((other, k) => k < i && resolve(other) === resolve(directory)),
  );
  if (repeated !== undefined) throw invalidArgument("runs", "each run once", repeated);
  const groups = new Map<string, Run[]>();
  const names = folderNames(directories);
  for (const [i, directory] of directories.entries()) {
    options.signal?.throwIfAborted();
    const run = await readRun(names[i]!, directory);
    const key = JSON.stringify(settingsOf(run), (name, value: unknown) => (name === "seed" ? undefined : value));
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const runs = [...groups.values()];
  const differing = differingFacts(runs.map(([first]) => factsOf(first!)));
  return {
    groups: runs.map((group) => ({
      facts: Object.fromEntries(differing.map((name) => [name, factsOf(group[0]!)[name]!])),
      runs: group.map(({ name, directory, evaluation: { seed, n, headline } }) => ({
        name,
        directory,
        seed,
        n,
        headline,
      })),
      selectedOn: overlapOf(group.map(({ questions }) => questions)),
      arms: armsOf(group),
    })),
  };
}

async function readRun(name: string, directory: string): Promise<Run> {
  const manifest = await readManifest(directory);
  const evaluation = await readEvaluation(directory);
  const selection = await readSelectionFile(directory);
  requireConsistent(directory, { ranking: await findRankingFile(directory), selection, evaluation });
  const questions: string[] = [];
  for await (const { id } of readSamples(join(directory, "samples.jsonl"))) questions.push(id);
  return { name, directory, manifest, evaluation, selections: selection.document, questions };
}

/** Of the setup: what differs between machines, and files, which are told by what they hold. */
const NOT_SETTINGS = new Set([
  "device",
  "gpuLayers",
  "adapters",
  "saeDevice",
  "threads",
  "contextTokens",
  "verify",
  "model",
  "sae",
  "task",
  "data",
]);

/** All that a run is made of, the machine aside. */
function settingsOf({ manifest, selections, evaluation }: Run): unknown {
  const setup = Object.fromEntries(Object.entries(manifest.environment).filter(([name]) => !NOT_SETTINGS.has(name)));
  const run = { ...manifest, samples: null, environment: null };
  const made = { ranking: null, runs: null, profiles: null }; // its sources and results: of each seed its own
  const select = { ...selections, ...made, selections: selections.selections.map(({ variant }) => variant) };
  const { target, score, stratifiedBy, covariates } = evaluation.significance ?? {};
  return { run, setup, select, target, score, stratifiedBy, covariates };
}

/** What a reader would tell runs apart by. */
function factsOf({ manifest, selections, evaluation }: Run): Record<string, string> {
  const { task, environment, convention, pooling, saeWeightType, versions, model } = manifest;
  const file = typeof environment["model"] === "string" ? basename(environment["model"]) : model.name;
  return {
    task: task.name,
    model: file,
    prompts: task.asked?.promptStyle ?? "",
    scorer: task.scorer,
    convention,
    pooling,
    layers: [...new Set(manifest.saes.map(({ layer }) => layer))].join(" "),
    "SAE weights": saeWeightType,
    target: evaluation.significance?.target ?? "",
    significance: selections.significance,
    coefficients: selections.coefficient,
    "selected on": String(evaluation.questions?.train ?? ""),
    versions: `${versions.corrsteer}, llama.cpp ${versions.llamaCpp}`,
    SHA: model.sha256.slice(0, 8),
  };
}

/** Task and model always, of the others those in which groups differ. */
function differingFacts(facts: readonly Record<string, string>[]): string[] {
  const differs = (name: string) => new Set(facts.map((fact) => fact[name])).size > 1;
  return Object.keys(facts[0]!).filter((name) => name === "task" || name === "model" || differs(name));
}

/** Arms that are compared, in the order of the first run; doses and single draws are in each run's own report. */
function armsOf(runs: readonly Run[]): ArmAcrossRuns[] {
  const shown = runs.map(({ evaluation }) => evaluation.arms.filter(({ role }) => !APART.has(role)));
  const names = [...new Set(shown.flatMap((arms) => arms.map(({ name }) => name)))];
  const arms = names.map((name) => acrossRuns(shown.flatMap((own) => own.filter((arm) => arm.name === name))));
  return [...arms, ...controlsOf(runs)];
}

const APART: ReadonlySet<string> = new Set(["scale", "random", "shuffled"] satisfies ArmSummary["role"][]);

function acrossRuns(arms: readonly ArmSummary[]): ArmAcrossRuns {
  const { name, role } = arms[0]!;
  const compared = arms.flatMap(({ comparison }) => comparison ?? []);
  return {
    ...{ name, role },
    score: spreadOf(arms.map(({ meanScore }) => meanScore)),
    difference: compared.length > 0 ? spreadOf(compared.map(({ difference }) => difference)) : null,
    interval: compared.length === 1 ? compared[0]!.interval : null,
    nShown: compared.length > 0 ? arms.filter(isShown).length : null,
  };
}

/** Of each run the mean over a control's draws. */
function controlsOf(runs: readonly Run[]): ArmAcrossRuns[] {
  const controls = runs.flatMap(({ evaluation: { controls, arms } }) => {
    const baseline = arms.find(({ role }) => role === "baseline")?.meanScore ?? 0;
    return controls.flatMap((control) => (isDrawn(control.role) ? { ...control, baseline } : []));
  });
  const names = [...new Set(controls.map(({ role, profile }) => `${role} for ${profile}`))];
  return names.map((name) => {
    const own = controls.filter(({ role, profile }) => `${role} for ${profile}` === name);
    return {
      ...{ name, role: own[0]!.role },
      score: spreadOf(own.map(({ baseline, meanDifference }) => baseline + meanDifference)),
      difference: spreadOf(own.map(({ meanDifference }) => meanDifference)),
      interval: own.length === 1 ? own[0]!.range : null,
      nShown: null,
    };
  });
}
