import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { datasetError } from "../data/dataset-error";
import { systemReason } from "../errors";
import type { FetchOptions } from "../hub/fetch-files";
import { fetchEach } from "../hub/fetch-folder";
import { isReference } from "../hub/reference";

/** What of a folder or a data set is text. */
const TEXT = /\.(txt|text|md|jsonl|ndjson|parquet)(\.(gz|xz|zst))?$/;
const isText = (path: string) => TEXT.test(path);

/**
 * The files of a source in the order of their names: of the hub each is downloaded when the one before it was read.
 *
 * @throws ERR_DATASET_FORMAT for a path where nothing is, or a folder without text; as `fetchFolder`
 */
export async function* textFiles(from: string, options: FetchOptions): AsyncGenerator<string> {
  if (isReference(from)) {
    yield* fetchEach(from, isText, options);
    return;
  }
  const found = await stat(from).catch((error: unknown) => {
    throw datasetError({ path: from }, `expected texts: ${systemReason(error)}`, error);
  });
  if (!found.isDirectory()) {
    yield from;
    return;
  }
  const files = (await readdir(from, { recursive: true })).filter(isText).sort();
  if (files.length === 0) throw datasetError({ path: from }, "expected files of text, found none");
  for (const file of files) yield join(from, file);
}
