import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

export interface HashOptions {
  /** Called with how many bytes were read so far. What it throws ends the reading. */
  readonly onBytes?: ((read: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** SHA-256 of a file's bytes, hexadecimal. @throws the signal's reason after an abort */
export async function sha256File(path: string, { onBytes, signal }: HashOptions = {}): Promise<string> {
  const hash = createHash("sha256");
  let read = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted();
    hash.update(chunk as Buffer);
    onBytes?.((read += (chunk as Buffer).length));
  }
  return hash.digest("hex");
}

/** SHA-256 of what a file of these pieces has, hexadecimal. */
export function sha256Of(pieces: Iterable<string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
