import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readError } from "./read-file";

export interface HashOptions {
  /** Called with how many bytes were read so far. What it throws ends the reading. */
  readonly onBytes?: ((read: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** SHA-256 of a file's bytes, hexadecimal. @throws ERR_FILE_FORMAT for one that cannot be read; the signal's reason after an abort */
export async function sha256File(path: string, { onBytes, signal }: HashOptions = {}): Promise<string> {
  const hash = createHash("sha256");
  let read = 0;
  for await (const chunk of readable(path)) {
    signal?.throwIfAborted();
    hash.update(chunk);
    onBytes?.((read += chunk.length));
  }
  return hash.digest("hex");
}

/** SHA-256 of what a file of these pieces has, hexadecimal. */
export function sha256Of(pieces: Iterable<string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

async function* readable(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw readError(path, cause);
  }
}
