import { copyFile, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { partialPath } from "../files/atomic-write";
import { discard, makeFolder } from "../files/folder";
import { writeError } from "../files/write-error";
import { blobPath, requireInside, requireOwn, snapshotPath } from "./layout";
import type { HubReference } from "./reference";
import type { HubFile } from "./tree";

/** What file systems say that have no links, or none for this user. */
const NO_LINKS: readonly unknown[] = ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL", "EACCES"];

/** Whether a file lies where its commit has it. @throws ERR_FILE_FORMAT for a link to elsewhere */
export async function isCached(reference: HubReference, { path, sizeBytes }: HubFile): Promise<boolean> {
  const place = snapshotPath(reference, reference.revision, path);
  if ((await sizeOf(place)) !== sizeBytes) return false;
  await requireInside(reference, place);
  return true;
}

/** Bytes of a file, where links lead to one. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
}

/**
 * Puts a blob where its commit has it: by a link; where there are none a new blob itself, and of one that may be in
 * another commit too a copy.
 *
 * @throws ERR_FILE_WRITE; ERR_FILE_FORMAT for a folder that is a link to elsewhere
 */
export async function placeBlob(reference: HubReference, { path, hash }: HubFile, isNew: boolean): Promise<void> {
  const place = snapshotPath(reference, reference.revision, path);
  const blob = blobPath(reference, hash);
  await requireOwn(reference, dirname(place));
  await makeFolder(dirname(place));
  const partial = partialPath(place);
  try {
    await symlink(relative(dirname(place), blob), partial).catch(async (error: unknown) => {
      if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code)) throw error;
      if (isNew) await rename(blob, partial);
      else await copyFile(blob, partial);
    });
    await rm(place, { force: true }); // a link to a blob that is gone
    await rename(partial, place);
  } catch (error) {
    await discard(partial);
    throw writeError(place, error);
  }
}
