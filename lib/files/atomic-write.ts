import { randomBytes } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SteeringError } from "../errors";

/** What a file is made of: all of it, or its pieces in order. */
export type Contents = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Ends the name of everything that is not yet what its name says. */
export const PARTIAL = ".partial";

export function partialPath(path: string): string {
  return `${path}.${randomBytes(6).toString("hex")}${PARTIAL}`;
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
    await rm(partial, { force: true });
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

/** A system error as ERR_FILE_WRITE; anything else (an error of the writer itself) as it is. */
export function writeError(path: string, error: unknown): unknown {
  const { errno, code, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (errno === undefined) return error;
  return new SteeringError(
    "ERR_FILE_WRITE",
    `cannot write ${path}: ${message}`,
    { path, reason: code },
    { cause: error },
  );
}
