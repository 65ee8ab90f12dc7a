import { existsSync } from "node:fs";
import { readdir, rename, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { partialPath, syncDirectory } from "../files/atomic-write";
import { discard, makeFolder } from "../files/folder";
import { writeError } from "../files/write-error";

/** The new files, whole, until each has its place. */
const NEXT = "next";

/**
 * Writes files of a run that belong together: `write` puts them into a folder, as they are to lie in the run directory.
 * That gets its name by one rename when all is on the disk, and then each file its place. Who is killed before leaves the
 * earlier files, who is killed after the new ones: `finishTogether` is what is left to do.
 *
 * @throws ERR_FILE_WRITE; what `write` throws
 */
export async function writeTogether(directory: string, write: (folder: string) => Promise<void>): Promise<void> {
  const next = join(directory, NEXT);
  const partial = partialPath(next);
  try {
    await makeFolder(partial);
    await write(partial);
    await syncDirectory(partial);
    await rename(partial, next);
    await syncDirectory(directory);
  } catch (error) {
    await discard(partial);
    throw writeError(next, error);
  }
  await finishTogether(directory);
}

/** Moves to their places what a killed holder of the run wrote together. @throws ERR_FILE_WRITE */
export async function finishTogether(directory: string): Promise<void> {
  const next = join(directory, NEXT);
  if (!existsSync(next)) return;
  try {
    await moveAll(next, directory);
  } catch (error) {
    throw writeError(next, error);
  }
}

/** Whether such files wait for the next holder of the run. */
export function isUnfinished(directory: string): boolean {
  return existsSync(join(directory, NEXT));
}

async function moveAll(from: string, to: string): Promise<void> {
  await makeFolder(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await moveAll(source, target);
    else await rename(source, target);
  }
  await syncDirectory(to);
  await rmdir(from);
}
