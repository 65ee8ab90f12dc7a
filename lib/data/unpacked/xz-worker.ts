// xz-worker.js: unpacks the .xz file that it was started with, a piece each time it is asked for more.
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { parentPort, workerData } from "node:worker_threads";
import { XzReadableStream } from "xz-decompress";
import { systemReason } from "../../errors";

/** What it says. */
export interface Unpacked {
  /** Undefined at the end. */
  readonly bytes?: Uint8Array;
  readonly problem?: string;
}

/** Enough that asking for them costs nothing beside unpacking. */
const PIECE = 2 ** 20;

const CUT_OFF = "no .xz file, or one that is cut off";
/** By the codes of the decoder (xz_embedded, `enum xz_ret`). */
const PROBLEMS: Readonly<Record<string, string>> = {
  "3": "it needs more memory to be unpacked than there is",
  "5": "no .xz file",
  "6": "an .xz file with a filter or an integrity check that is not supported (write it with xz --check=crc32)",
  "7": "its data is damaged",
  "8": CUT_OFF,
};

const say = (said: Unpacked) => parentPort!.postMessage(said);
const pieces = unpacked(workerData as string);

parentPort!.on("message", () => {
  void pieces
    .next()
    .then(({ done, value }) => say(done ? {} : { bytes: value }))
    .catch((error: unknown) => say({ problem: problemOf(error as Error) }));
});

/** In pieces of at least PIECE bytes; what could be unpacked before an error is a piece, too. */
async function* unpacked(path: string): AsyncGenerator<Buffer> {
  let some: Uint8Array[] = [];
  let nBytes = 0;
  try {
    for await (const bytes of new XzReadableStream(source(path))) {
      some.push(bytes);
      nBytes += bytes.length;
      if (nBytes < PIECE) continue;
      yield Buffer.concat(some);
      [some, nBytes] = [[], 0];
    }
  } catch (error) {
    yield Buffer.concat(some);
    throw error;
  }
  yield Buffer.concat(some);
}

function problemOf(error: Error): string {
  if (error instanceof TypeError) return CUT_OFF; // of the decoder, where a file has no bytes at all
  const [, code = ""] = /error code (\d+)$/.exec(error.message) ?? [];
  return PROBLEMS[code] ?? systemReason(error);
}

function source(path: string): ReadableStream<Uint8Array> {
  return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
}
