import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf, path as aPath } from "../arguments/kinds";
import { abortSignal } from "../options/kinds";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { invalidArgument } from "../errors";
import { isGguf, inspectModel, type ModelReport } from "./model";
import { inspectProfile, type ProfileReport } from "./profile";
import { inspectRun, type RunReport } from "./run";
import { manifestPath } from "../run/directory";
import { saesAt } from "../sae/find";
import { isNameOfSaes } from "../sae/fetch-saes";
import { inspectSaes, type SaesReport } from "./saes";

export type Report = ModelReport | SaesReport | ProfileReport | RunReport;

const inspectArguments = z.object({ path: aPath(), options: optionsOf({ signal: abortSignal().optional() }) });

/**
 * What is in a GGUF model, a folder with SAEs or the file of one, a run directory, or a steering profile. SAEs may be of the
 * hub or of the catalogue, as `fetchSaes` takes them.
 *
 * @throws ERR_INVALID_ARGUMENT for anything else; as loading it does
 */
export async function inspect(path: string, options: { signal?: AbortSignal | undefined } = {}): Promise<Report> {
  checkArguments(inspectArguments, { path, options });
  const status = await stat(path).catch(() => undefined);
  if (existsSync(manifestPath(path))) return inspectRun(path);
  if (status?.isDirectory()) return inspectSaes(path, options);
  if (path.endsWith(".gguf") || (status?.isFile() && (await isGguf(path)))) return inspectModel(path, options);
  if (status?.isFile() && path.endsWith(".json")) return inspectProfile(path);
  if (status?.isFile() && (await saesAt(path)).length > 0) return inspectSaes(path, options);
  if (!status && isNameOfSaes(path)) return inspectSaes(path, options);
  const why = status ? "" : " (no such file or directory)";
  throw invalidArgument(
    "path",
    `a GGUF model, a folder with SAEs or the file of one, a run directory or a *.steer.json profile${why}`,
    path,
  );
}
