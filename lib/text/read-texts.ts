import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { listOf, optionsOf } from "../arguments/kinds";
import { datasetError } from "../data/dataset-error";
import { readJsonl } from "../data/jsonl";
import { readParquet } from "../data/parquet";
import type { Row } from "../data/row";
import { readText } from "../data/text";
import type { DownloadOptions, FetchOptions } from "../hub/fetch-files";
import { abortSignal, anyInteger, callback, text } from "../options/kinds";
import { documents } from "./documents";
import { textFiles } from "./files";
import { mixed } from "./mixed";
import { parseTextSource, textSource, type TextSource } from "./source";
import { isTask, taskTexts } from "./task-texts";

export interface ReadTextsOptions extends DownloadOptions {
  /** Of the order in which sources come first. @default 0 */
  readonly seed?: number | undefined;
  /** The field of rows that is the text, where a source names none. @default "text" */
  readonly field?: string | undefined;
}

const readArguments = z.object({
  sources: listOf(z.union([text("a source"), textSource], "a source"), "a list of sources").min(1, "some sources"),
  options: optionsOf({
    seed: anyInteger().optional(),
    field: text("the name of a field").optional(),
    signal: abortSignal().optional(),
    onProgress: callback().optional(),
    onDownload: callback().optional(),
  }),
});

/**
 * Texts one after the other, of several sources mixed by their weights: the next is of the source that is furthest behind its
 * share of the characters, until all are at their ends. The same sources and seed give the same texts in the same order, and
 * no file is in memory as a whole.
 *
 * A plain file is parted into documents (`documents`); of JSON Lines and Parquet files each row is a text, those without one
 * passed over. Files may be packed (`.gz`, `.xz`, `.zst`). Of a task they are questions with their answers, none of which a
 * run validates or tests on.
 *
 * @param sources a string is one as `parseTextSource` reads it
 * @throws ERR_DATASET_FORMAT for a file that cannot be read, is damaged or cut off, is not UTF-8 or has no texts, and for a
 * first row without the field; as `fetchFolder`; the signal's reason after an abort. Texts that came before stay valid.
 */
export async function* readTexts(
  sources: readonly (string | TextSource)[],
  options: ReadTextsOptions = {},
): AsyncGenerator<string> {
  checkArguments(readArguments, { sources, options });
  const { seed = 0, field = "text", signal, ...fetching } = options;
  const streams = sources
    .map((source) => (typeof source === "string" ? parseTextSource(source) : source))
    .map((source) => ({ texts: textsOf({ field, ...source }, { signal, ...fetching }), weight: source.weight ?? 1 }));
  for await (const next of mixed(streams, seed)) {
    signal?.throwIfAborted();
    yield next;
  }
}

async function* textsOf({ from, field = "text" }: TextSource, options: FetchOptions): AsyncGenerator<string> {
  let isEmpty = true;
  options.signal?.throwIfAborted();
  for await (const next of isTask(from) ? taskTexts(from, options) : textsOfFiles(from, field, options)) {
    isEmpty = false;
    yield next;
  }
  if (isEmpty) throw datasetError({ path: from }, "expected texts, found none");
}

async function* textsOfFiles(from: string, field: string, options: FetchOptions): AsyncGenerator<string> {
  for await (const path of textFiles(from, options)) yield* textsIn(path, field);
}

function textsIn(path: string, field: string): AsyncGenerator<string> {
  if (path.endsWith(".parquet")) return fieldOf(readParquet([path]), field);
  return /\.(jsonl|ndjson)(\.\w+)?$/.test(path) ? fieldOf(readJsonl(path), field) : documents(readText(path));
}

async function* fieldOf(rows: AsyncIterable<Row>, field: string): AsyncGenerator<string> {
  let isFirst = true;
  for await (const row of rows) {
    const value = isFirst ? row.text(field) : row.textIfAny(field);
    isFirst = false;
    if (value !== undefined) yield value;
  }
}
