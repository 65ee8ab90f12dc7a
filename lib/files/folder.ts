import { mkdir, rm } from "node:fs/promises";
import { writeError } from "./write-error";

/** Makes a folder, and those above it, where there is none. @throws ERR_FILE_WRITE */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw writeError(path, error);
  });
}

/** Removes a file, or a folder and all in it; there need not be one. @throws ERR_FILE_WRITE */
export async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
    throw writeError(path, error);
  });
}

/** Removes what could not be finished, if that can be done: what is told is why it could not be finished. */
export async function discard(partial: string): Promise<void> {
  await rm(partial, { recursive: true, force: true }).catch(() => undefined);
}
