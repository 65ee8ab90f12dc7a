import { existsSync } from "node:fs";
import { join } from "node:path";
import { SteeringError } from "../errors";

/** The folders of a run directory that stages write into; beside them lie files alone. */
export const RUN_FOLDERS = ["activations", "moments", "profiles", "figures", "official"] as const;

export function manifestPath(directory: string): string {
  return join(directory, "run.json");
}

/** @throws ERR_RUN_INCOMPLETE for a folder that no run was started in */
export function requireRun(directory: string): void {
  if (!existsSync(manifestPath(directory))) {
    throw incomplete(directory, "is no run directory (it has no run.json): run collect first");
  }
}

export function incomplete(directory: string, what: string): SteeringError {
  return new SteeringError("ERR_RUN_INCOMPLETE", `${directory} ${what}`, { directory });
}
