import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Unpacked } from "./xz-worker";

/** As it was built, whether this file runs from lib/ or from dist/. */
const WORKER = join(__dirname, "..", "..", "..", "dist", "data", "unpacked", "xz-worker.js");

/**
 * Unpacks an `.xz` file in a thread of its own: the decoder reads one file at a time in each thread, and those who mix texts
 * read several. @throws where it cannot be read, is none, is damaged or is cut off
 */
export async function* unpackXz(path: string): AsyncGenerator<Uint8Array> {
  const worker = new Worker(WORKER, { workerData: path });
  try {
    for (;;) {
      worker.postMessage(undefined);
      const [{ bytes, problem }] = (await once(worker, "message")) as [Unpacked];
      if (problem !== undefined) throw new Error(problem);
      if (bytes === undefined) return;
      yield bytes;
    }
  } finally {
    await worker.terminate();
  }
}
