import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { systemReason } from "../errors";
import { datasetError } from "./dataset-error";

/**
 * The text of a UTF-8 file in pieces, without a byte order mark; `.gz` is unpacked on the way.
 *
 * @throws ERR_DATASET_FORMAT if the file cannot be read, is not gzip where its name says so, or is not UTF-8.
 */
export async function* readText(path: string): AsyncGenerator<string> {
  yield* decodeText(path, openBytes(path)); // opened once it is read: before, nobody would take its error
}

/** The text of a stream that errors call `path`. @throws as `readText` */
export async function* decodeText(path: string, stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of stream) yield decoder.decode(bytes as Buffer, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw datasetError({ path }, `expected a readable UTF-8 file: ${systemReason(error)}`, error);
  }
}

function openBytes(path: string): NodeJS.ReadableStream {
  const file = createReadStream(path);
  // The callback is required, but has nothing to do: whoever iterates over the last stream gets the error.
  return path.endsWith(".gz") ? pipeline(file, createGunzip(), () => {}) : file;
}
