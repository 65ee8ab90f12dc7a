import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../errors";
import { readEvaluation, EVALUATION_FILE } from "../evaluate/evaluation";
import { ANSWERS_FILE } from "../evaluate/evaluated-sample";
import { requireConsistent } from "../evaluate/require-consistent";
import { sha256File } from "../files/hash";
import { readJson } from "../files/json";
import { findRankingFile, RANKING_FILE, readRankingFile, survives } from "../rank/ranking";
import { manifestPath, profileFile, REPORT_FILE } from "../run/directory";
import { runManifest, type RunManifest } from "../run/manifest";
import { chunkFiles, isComplete } from "../run/run";
import { requireSameRuns, requireSource } from "../run/source";
import { findSelectionFile, readSelectionFile, SELECTION_FILE } from "../select/selection";

/** What a stage left in a run directory. */
export interface StageReport {
  readonly stage: "collect" | "rank" | "select" | "evaluate" | "report";
  /** That it is done when it is there. */
  readonly file: string;
  /** "wrong": damaged, or made of something else than what lies beside it. */
  readonly state: "done" | "begun" | "none" | "wrong";
  /** How many of what: of a selection, features of each variant. */
  readonly counts: Readonly<Record<string, number>>;
  /** What is wrong, and what to do. */
  readonly problem: string | null;
}

export interface RunReport extends Pick<RunManifest, "model" | "saes" | "task" | "convention" | "keep" | "versions"> {
  readonly kind: "run";
  readonly path: string;
  /** Of the order of its questions, where the run says one. */
  readonly seed: number | null;
  readonly stages: readonly StageReport[];
  /** Of the evaluation. */
  readonly headline: string | null;
}

/** @throws ERR_FILE_FORMAT when `run.json` is none */
export async function inspectRun(path: string): Promise<RunReport> {
  const manifest = await readJson(manifestPath(path), runManifest);
  const { model, saes, task, convention, keep, versions, environment } = manifest;
  const stages = [await collected(path, manifest)];
  for (const look of [ranked, selected, evaluated, reported]) stages.push(await look(path));
  const evaluation = stages.find(({ stage }) => stage === "evaluate")!;
  return {
    ...{ kind: "run", path, model, saes, task, convention, keep, versions },
    seed: typeof environment["seed"] === "number" ? environment["seed"] : null,
    stages,
    headline: evaluation.state === "done" ? (await readEvaluation(path)).headline : null,
  };
}

async function collected(path: string, manifest: RunManifest): Promise<StageReport> {
  const stage = { stage: "collect", file: "samples.jsonl", problem: null } as const;
  const chunks = (await chunkFiles(path, manifest, "")).length;
  const { samples, keep, chunkSamples } = manifest;
  const isDone = isComplete(path);
  const n = isDone ? samples.n : Math.min(samples.n, chunks * chunkSamples);
  const counts = { samples: n, of: samples.n, ...(keep === "sparse" && { chunks }) };
  return { ...stage, state: isDone ? "done" : "begun", counts };
}

function ranked(path: string): Promise<StageReport> {
  return lookAt(path, "rank", RANKING_FILE, async (count) => {
    const { document } = await readRankingFile(path);
    const features = document.layers.flatMap((layer) => layer.features);
    const survivors = document.null && { survivors: features.filter((one) => survives(one, document)).length };
    count({ samples: document.n, SAEs: document.layers.length, ...survivors });
    await requireSameRuns(path, RANKING_FILE, document.runs);
  });
}

function selected(path: string): Promise<StageReport> {
  return lookAt(path, "select", SELECTION_FILE, async (count) => {
    const selection = await readSelectionFile(path);
    const { selections, profiles = {} } = selection.document;
    count(Object.fromEntries(selections.map(({ variant, features }) => [variant, features.length])));
    requireConsistent(path, { ranking: await findRankingFile(path), selection });
    for (const [variant, { document }] of Object.entries(profiles)) {
      const profile = join(path, profileFile(variant));
      requireSource(join(path, SELECTION_FILE), profile, document, await sha256File(profile), "select");
    }
  });
}

function evaluated(path: string): Promise<StageReport> {
  return lookAt(path, "evaluate", EVALUATION_FILE, async (count) => {
    const evaluation = await readEvaluation(path);
    count({ questions: evaluation.n, arms: evaluation.arms.length });
    const selection = await findSelectionFile(path); // profiles need be of no run
    if (selection) requireConsistent(path, { ranking: await findRankingFile(path), selection, evaluation });
    const answers = join(path, ANSWERS_FILE);
    requireSource(
      join(path, EVALUATION_FILE),
      answers,
      evaluation.measured?.answers,
      await sha256File(answers),
      "evaluate",
    );
  });
}

function reported(path: string): Promise<StageReport> {
  return lookAt(path, "report", REPORT_FILE, () => Promise.resolve());
}

/** What a person can mend; all else is thrown. */
const PROBLEMS = new Set(["ERR_RUN_MISMATCH", "ERR_RUN_INCOMPLETE", "ERR_FILE_FORMAT"]);

async function lookAt(
  path: string,
  stage: StageReport["stage"],
  file: string,
  look: (count: (counts: StageReport["counts"]) => void) => Promise<void>,
): Promise<StageReport> {
  if (!existsSync(join(path, file))) return { stage, file, state: "none", counts: {}, problem: null };
  let counts: StageReport["counts"] = {};
  try {
    await look((found) => (counts = found));
    return { stage, file, state: "done", counts, problem: null };
  } catch (error) {
    if (!PROBLEMS.has(errorCode(error) ?? "")) throw error;
    return { stage, file, state: "wrong", counts, problem: (error as Error).message };
  }
}
