import { copyFile, link, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { partialPath } from "../files/atomic-write";
import { discard, makeFolder } from "../files/folder";
import { writeError } from "../files/write-error";
import { COLLECTED_FOLDERS } from "../run/directory";

/** What `collect` leaves in a run directory. Nobody writes into these files: they are replaced as a whole, or removed. */
const COLLECTED: readonly string[] = ["run.json", "samples.jsonl", ...COLLECTED_FOLDERS];

/**
 * Makes the run directory `to`, which is not there, with what was collected in `from`: the same files under a second name,
 * or copies where the file system has no links. It is there as a whole or not at all.
 *
 * @throws ERR_FILE_WRITE
 */
export async function shareCollection(from: string, to: string): Promise<void> {
  const partial = partialPath(to);
  try {
    await makeFolder(partial);
    for (const entry of await readdir(from, { withFileTypes: true })) {
      if (COLLECTED.includes(entry.name)) await linkInto(join(from, entry.name), join(partial, entry.name), entry);
    }
    await rename(partial, to);
  } catch (error) {
    await discard(partial);
    throw writeError(to, error);
  }
}

/** Of a plan's storage what is collected; the last says that the others are there. */
const STORED = ["objects", "workers.json", "chunks"];

/** Gives a plan the chunks of another that asks the same questions. @throws ERR_FILE_WRITE */
export async function shareChunks(from: string, to: string): Promise<void> {
  try {
    const entries = await readdir(from, { withFileTypes: true });
    for (const name of STORED) {
      const entry = entries.find((each) => each.name === name);
      if (entry) await linkInto(join(from, name), join(to, name), entry);
    }
  } catch (error) {
    throw writeError(to, error);
  }
}

async function linkInto(from: string, to: string, entry: { isDirectory(): boolean }): Promise<void> {
  if (!entry.isDirectory()) {
    await link(from, to).catch(() => copyFile(from, to));
    return;
  }
  await makeFolder(to);
  for (const inner of await readdir(from, { withFileTypes: true })) {
    await linkInto(join(from, inner.name), join(to, inner.name), inner);
  }
}
