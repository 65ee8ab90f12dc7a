import type { Download, OnDownload } from "../hub/fetch-files";
import { fetchModel } from "../hub/fetch-model";
import { isReference } from "../hub/reference";
import { quantity } from "../quantity";
import { fetchSaes, type FetchedSaes } from "../sae/fetch-saes";
import { type CommandProgress, type ProgressFlags, showProgress } from "./progress";
import { byteText } from "./progress-text";

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

/** What `findSaes` takes, downloaded first where it is not here. */
export async function fetchedSaes(
  source: string | readonly string[],
  signal: AbortSignal,
  flags: ProgressFlags,
): Promise<FetchedSaes> {
  return await showProgress(signal, flags, (progress) => fetchSaes(source, { ...shownBy(progress, flags), signal }));
}

/** Of something to look into: a path, or a reference to a model or to SAEs. */
export async function fetchedPath(source: string, signal: AbortSignal, flags: ProgressFlags): Promise<string> {
  if (!isReference(source)) return source;
  const isModel = /\.gguf(@|\?|$)|^hf:.*:/i.test(source);
  return isModel
    ? await fetchedModel(source, signal, flags)
    : String((await fetchedSaes(source, signal, flags)).source);
}

function shownBy(progress: CommandProgress, flags: ProgressFlags) {
  return { onDownload: tellOfDownload(progress, flags), onProgress: progress.of("download") };
}
