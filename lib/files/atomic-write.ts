import { randomBytes } from "node:crypto";
import { open, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { discard } from "./folder";
import { writeError } from "./write-error";

/** What a file is made of: all of it, or its pieces in order. */
export type Contents = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The name of everything that is not yet what it is to be; of the addon's spool too. */
export const PARTIAL_NAME = /(\.[0-9a-f]{12}|(^|\/)spool\.\w{6})\.partial$/;

export function partialPath(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}.partial`;
}

/**
 * Writes a file so that, whatever happens, `path` has the old content or the new one: temporary name, fsync, rename.
 * @throws ERR_FILE_WRITE with the path and the system's error (disk full, no permission, ...); nothing is left behind
 */
export async function writeFileAtomically(path: string, contents: Contents): Promise<void> {
  const partial = partialPath(path);
  try {
    await writeSynced(partial, contents);
    await rename(partial, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await discard(partial);
    throw writeError(path, error);
  }
}

/** Writes and fsyncs a file under the name given. */
export async function writeSynced(path: string, contents: Contents): Promise<void> {
  const file = await open(path, "w");
  try {
    await writeFile(file, contents);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename in `directory` last through a power failure. Windows cannot open directories and needs no such step. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
