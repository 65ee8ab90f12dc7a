import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { SteeringError } from "../errors";
import { readJson } from "../files/json";
import { readError } from "../files/read-file";
import { runManifest, type RunManifest } from "./manifest";

/** The folders of a run directory that collection writes into: one of them, by what is kept. */
export const COLLECTED_FOLDERS = ["activations", "moments"] as const;
/** Where `select` leaves its profiles, and `evaluate` those of what needs no SAE. */
export const PROFILES_FOLDER = "profiles";
/** Those that stages write into; beside them lie files alone. */
export const RUN_FOLDERS = [...COLLECTED_FOLDERS, PROFILES_FOLDER, "figures", "official"] as const;

/** A profile, in the run directory. */
export function profileFile(name: string): string {
  return join(PROFILES_FOLDER, `${name}.steer.json`);
}

/** What `report` makes of the files beside it. */
export const REPORT_FILE = "report.html";

export function manifestPath(directory: string): string {
  return join(directory, "run.json");
}

/** @throws ERR_RUN_INCOMPLETE for a folder that no run was started in */
export function requireRun(directory: string): void {
  if (existsSync(manifestPath(directory))) return;
  const why = existsSync(directory) ? "it has no run.json" : "no such file or directory";
  throw incomplete(directory, `is no run directory (${why}): run collect first`);
}

/** What is there before a run, or after one that was killed at its start. */
const NOTHING = /^(lock|\..*|.*\.partial)$/;
/** What an evaluation of profiles of no run leaves. */
const EVALUATED = ["evaluation.json", "evaluation-samples.jsonl"];
/** Names of other things that are told. */
const TOLD = 3;

/**
 * A new run needs a folder of its own: what others keep there would be written over.
 * @returns what a run is of that was begun there
 * @throws ERR_RUN_MISMATCH for a folder of other things; ERR_FILE_FORMAT when it, or the `run.json` in it, cannot be read
 */
export async function requireRunOrEmpty(directory: string): Promise<RunManifest | undefined> {
  const names = await readdir(directory).catch((error: unknown): string[] => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return []; // who makes the folder tells
    throw readError(directory, error);
  });
  // Others may have a file of this name.
  if (names.includes("run.json")) return await readJson(manifestPath(directory), runManifest);
  if (EVALUATED.every((name) => names.includes(name))) return undefined;
  const found = names.filter((name) => !NOTHING.test(name)).sort();
  if (found.length === 0) return undefined;
  const others = found.length > TOLD ? ` and ${found.length - TOLD} more` : "";
  throw new SteeringError(
    "ERR_RUN_MISMATCH",
    `${directory} is no run directory, and not empty: it holds ${found.slice(0, TOLD).join(", ")}${others}. Use another directory`,
    { directory, found },
  );
}

export function incomplete(directory: string, what: string): SteeringError {
  return new SteeringError("ERR_RUN_INCOMPLETE", `${directory} ${what}`, { directory });
}
