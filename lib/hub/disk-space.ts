import { statfs } from "node:fs/promises";
import { SteeringError } from "../errors";

/** @throws ERR_FILE_WRITE where a folder's disk has less room than this */
export async function requireSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
  throw new SteeringError(
    "ERR_FILE_WRITE",
    `${folder}: ${gigabytes(neededBytes)} are to be downloaded, and its disk has ${gigabytes(freeBytes)} left`,
    { path: folder, neededBytes, freeBytes },
  );
}
