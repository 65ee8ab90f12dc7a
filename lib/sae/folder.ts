import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { SteeringError, systemReason } from "../errors";
import { parseSaelensConfig, type SaeConfig, type SaeConfigOptions } from "./config";
import { saeIds } from "./id";
import type { ResidualBasis } from "./residual-basis";

export const CONFIG_FILE = "cfg.json";
const WEIGHTS_FILE = "sae_weights.safetensors";

/** An SAE on disk: what its configuration says; the weights are unread. */
export interface StoredSae {
  /** Names it among those that were found together: see `saeIds`. */
  readonly id: string;
  readonly path: string;
  readonly weightsPath: string;
  readonly config: SaeConfig;
}

/** What features are of: an SAE, or the residual stream itself. */
export type SaeFolder = StoredSae | ResidualBasis;

/**
 * Reads the configuration of one SAE in SAELens' format: a folder with `cfg.json` and `sae_weights.safetensors`.
 *
 * @throws SteeringError `ERR_SAE_FORMAT` with `path` and `reason`
 */
export async function readSaeFolder(path: string, options: SaeConfigOptions = {}): Promise<StoredSae> {
  const weightsPath = join(path, WEIGHTS_FILE);
  const json = await parseJson(path, join(path, CONFIG_FILE));
  if (!(await isFile(weightsPath))) throw unreadable(path, `it has no ${WEIGHTS_FILE}`);
  try {
    const config = parseSaelensConfig(json, options);
    return { id: saeIds([{ ...config, ...config.hook }])[0]!, path, weightsPath, config };
  } catch (error) {
    if (error instanceof SteeringError) throw unreadable(path, error.message, error);
    throw error;
  }
}

export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isFile(),
    () => false,
  );
}

async function parseJson(path: string, file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw unreadable(path, `${CONFIG_FILE}: ${systemReason(error)}`, error);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(path, `${CONFIG_FILE}: ${(error as Error).message}`, error);
  }
}

function unreadable(path: string, reason: string, cause?: unknown): SteeringError {
  return new SteeringError("ERR_SAE_FORMAT", `${path}: ${reason}`, { path, reason }, { cause });
}
