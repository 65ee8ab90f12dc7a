/* eslint-disable @typescript-eslint/no-require-imports -- the formats and the catalogue of SAEs are not read for a model */
import { existsSync } from "node:fs";
import type { Download, OnDownload } from "../hub/fetch-files";
import { fetchModel } from "../hub/fetch-model";
import { isReference } from "../hub/reference";
import { quantity } from "../quantity";
import type { StoredSae } from "../sae/folder";
import { log } from "./output";
import { type CommandProgress, type ProgressFlags, showProgress } from "./progress";
import { byteText } from "./progress-text";

const fetching = () => require("../sae/fetch-saes") as typeof import("../sae/fetch-saes");
const sets = () => require("../sae/set") as typeof import("../sae/set");

/** Says on stderr what is to be downloaded. */
export function tellOfDownload(progress: CommandProgress, { quiet }: ProgressFlags): OnDownload {
  return (download) => {
    if (!quiet) progress.say([downloadLine(download)]);
  };
}

/** "Downloading 1.7 GB, 2 files of hf:user/repository@main, to ..." */
export function downloadLine({ reference, nFiles, sizeBytes, folder }: Download): string {
  return `Downloading ${byteText(sizeBytes)}, ${quantity(nFiles, "file")} of ${reference}, to ${folder}`;
}

/** The path of a model's file, which is downloaded first where it is not here. */
export async function fetchedModel(source: string, signal: AbortSignal, flags: ProgressFlags): Promise<string> {
  if (!isReference(source)) return source;
  return await showProgress(signal, flags, async (progress) => {
    const { path } = await fetchModel(source, { ...shownBy(progress, flags), signal });
    return path;
  });
}

/** SAEs as `--sae` names them, downloaded first where they are not here. */
export async function fetchedSaes(
  source: string | readonly string[],
  layers: "all" | readonly number[],
  signal: AbortSignal,
  flags: ProgressFlags,
): Promise<StoredSae[]> {
  const fetched = await showProgress(signal, flags, (progress) =>
    fetching().fetchSaes(source, { layers, ...shownBy(progress, flags), signal }),
  );
  const { findSaes, saesOfLayers } = sets();
  return saesOfLayers(await findSaes(fetched.source, { layers, onWarning: log }), layers);
}

/** Of something to look into: a path, or what stands for a model or SAEs that were downloaded where they were not here. */
export async function fetchedPath(source: string, signal: AbortSignal, flags: ProgressFlags): Promise<string> {
  if (existsSync(source)) return source;
  const isModel = isReference(source) && /\.gguf(@|\?|$)|^hf:.*:/i.test(source);
  if (isModel) return await fetchedModel(source, signal, flags);
  const fetch = (progress: CommandProgress) => fetching().fetchSaes(source, { ...shownBy(progress, flags), signal });
  return String((await showProgress(signal, flags, fetch)).reference);
}

function shownBy(progress: CommandProgress, flags: ProgressFlags) {
  return { onDownload: tellOfDownload(progress, flags), onProgress: progress.of("download") };
}
