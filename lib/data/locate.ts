import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SteeringError } from "../errors";
import { datasetError } from "./dataset-error";

/**
 * The first of `candidates` (relative paths) that exists below `root`: a user may name the folder that holds all data
 * sets, or the one data set's own.
 *
 * @throws ERR_DATASET_FORMAT that lists what was looked for.
 */
export function locate(root: string, candidates: readonly string[]): string {
  const found = candidates.map((candidate) => join(root, candidate)).find((path) => existsSync(path));
  if (found === undefined) throw notFound(root, `one of ${candidates.join(", ")} in it`);
  return found;
}

/** What was looked for in `root`, which may not be there itself. */
export function notFound(root: string, expected: string): SteeringError {
  return datasetError({ path: root }, existsSync(root) ? `expected ${expected}` : "no such file or directory");
}
