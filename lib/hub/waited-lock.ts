import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "../files/folder";
import { loadAddon } from "../native/load";

const LOOK_MS = 100;

/**
 * Does the work while nobody else holds the lock of this file, in this process or another. A killed holder has let go of it.
 *
 * @throws ERR_FILE_WRITE; the signal's reason
 */
export async function whileLocked<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await makeFolder(dirname(path));
  let lock = loadAddon().lockFile(path);
  while (lock === undefined) {
    await sleep(LOOK_MS);
    signal?.throwIfAborted();
    lock = loadAddon().lockFile(path);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
