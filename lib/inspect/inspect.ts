/* eslint-disable @typescript-eslint/no-require-imports -- what looks into the other kinds of files is not read for one of them */
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf, path as aPath } from "../arguments/kinds";
import { abortSignal } from "../options/kinds";
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { invalidArgument } from "../errors";
import { isGguf } from "./gguf";
import type { ModelReport } from "./model";
import type { ProfileReport } from "./profile";
import type { RunReport } from "./run";
import { manifestPath } from "../run/directory";
import type { SaesReport } from "./saes";

export type Report = ModelReport | SaesReport | ProfileReport | RunReport;

const model = () => require("./model") as typeof import("./model");
const saes = () => require("./saes") as typeof import("./saes");
const profile = () => require("./profile") as typeof import("./profile");
const run = () => require("./run") as typeof import("./run");

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
  if (existsSync(manifestPath(path))) return run().inspectRun(path);
  if (status?.isDirectory()) return saes().inspectSaes(path, options);
  if (path.endsWith(".gguf") || (status?.isFile() && (await isGguf(path)))) return model().inspectModel(path, options);
  if (status?.isFile() && path.endsWith(".json")) return profile().inspectProfile(path);
  if (await saes().namesSaes(path)) return saes().inspectSaes(path, options);
  const why = status ? "" : " (no such file or directory)";
  throw invalidArgument(
    "path",
    `a GGUF model, a folder with SAEs or the file of one, a run directory or a *.steer.json profile${why}`,
    path,
  );
}
