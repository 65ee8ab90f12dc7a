import { systemReason } from "../errors";
import { datasetError } from "./dataset-error";
import { openBytes } from "./unpacked/bytes";

/**
 * The text of a UTF-8 file in pieces, without a byte order mark; `.gz`, `.xz` and `.zst` are unpacked on the way.
 *
 * @throws ERR_DATASET_FORMAT if the file cannot be read, is not packed as its name says, or is not UTF-8.
 */
export async function* readText(path: string): AsyncGenerator<string> {
  yield* decodeText(path, openBytes(path)); // opened once it is read: before, nobody would take its error
}

/** The text of a stream that errors call `path`. @throws as `readText` */
export async function* decodeText(path: string, stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const bytes of stream) yield decoder.decode(bytes as Uint8Array, { stream: true });
    yield decoder.decode();
  } catch (error) {
    throw datasetError({ path }, `expected a readable UTF-8 file: ${systemReason(error)}`, error);
  }
}
