import { given } from "../options/given";
import { errorCode, SteeringError } from "../errors";
import { publishedSae } from "./catalogue/published";
import { unsupported, type SaeConfig, type SaeConfigOptions } from "./config";
import { saesAt, type FoundSae } from "./find";
import { saelens } from "./formats/saelens";
import { saeIds } from "./id";
import { isFile } from "./is-file";
import type { ResidualBasis } from "./residual-basis";

/** An SAE on disk: what its configuration says; the weights are unread. */
export interface StoredSae {
  /** Names it among those that were found together: see `saeIds`. */
  readonly id: string;
  /** Whose format it is in, for people. */
  readonly family: string;
  readonly path: string;
  readonly weightsPath: string;
  readonly config: SaeConfig;
}

/** What features are of: an SAE, or the residual stream itself. */
export type SaeFolder = StoredSae | ResidualBasis;

/**
 * Reads the configuration of one SAE: of a folder or a file in any format that docs/sae-formats.md names.
 *
 * @throws SteeringError `ERR_SAE_FORMAT` with `path` and `reason`
 */
export async function readSaeFolder(path: string, options: SaeConfigOptions = {}): Promise<StoredSae> {
  const [found, ...more] = await saesAt(path);
  if (!found) throw unreadable(path, "no SAE of a known format: docs/sae-formats.md names them");
  if (more.length > 0) throw unreadable(path, `it has ${more.length + 1} SAEs: give the file of one`);
  return readFoundSae(found, options);
}

/** @throws as `readSaeFolder` */
export async function readFoundSae(
  { path, format, ...source }: FoundSae,
  options: SaeConfigOptions,
): Promise<StoredSae> {
  const { weightsPath } = source;
  try {
    if (format !== saelens) refuseOverrides(options);
    const known = publishedSae(weightsPath);
    const read = await format.read(source, { ...known?.overrides, ...given(options) });
    const config = { ...read, neuronpediaId: read.neuronpediaId ?? known?.neuronpediaId };
    if (!(await isFile(weightsPath))) throw unsupported(`there is no ${weightsPath}`);
    const [id] = saeIds([{ ...config, ...config.hook }]);
    return { id: id!, family: format.family, path, weightsPath, config };
  } catch (error) {
    if (!["ERR_SAE_FORMAT", "ERR_FILE_FORMAT"].includes(errorCode(error) ?? "")) throw error;
    throw unreadable(path, (error as Error).message, error);
  }
}

function refuseOverrides({ center, normScalingFactor, normalizeActivations }: SaeConfigOptions): void {
  const overrides = { normScalingFactor, normalizeActivations, center: center ? true : undefined };
  const found = Object.entries(overrides).find(([, value]) => value !== undefined);
  if (found) throw unsupported(`${found[0]} was given, but only SAELens' configurations leave it open`);
}

function unreadable(path: string, reason: string, cause?: unknown): SteeringError {
  return new SteeringError("ERR_SAE_FORMAT", `${path}: ${reason}`, { path, reason }, { cause });
}
