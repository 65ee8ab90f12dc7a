import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { sum } from "../statistics/mean";
import { cacheFolder } from "./cache-folder";
import { remove } from "./folder";

/** What this program keeps of what it can have again, by the folders of its cache. */
export const CACHE_PARTS = {
  downloads: "models of other servers than the hub",
  extracted: "tensors taken out of archives, to be read in place",
  hashes: "of files, as long as they have not changed",
  labels: "what dashboards call features",
  verdicts: "whether llama.cpp lives through loading a model",
} as const;
export type CachePartName = keyof typeof CACHE_PARTS;

/** How much of the cache a part of it is. */
export interface CachePart {
  readonly name: CachePartName;
  readonly nFiles: number;
  readonly sizeBytes: number;
}

export async function cacheParts(): Promise<CachePart[]> {
  const names = Object.keys(CACHE_PARTS) as CachePartName[];
  return await Promise.all(names.map(async (name) => ({ name, ...(await sizeOf(cacheFolder(name))) })));
}

/** What was there is made or downloaded again where it is needed. @throws ERR_FILE_WRITE */
export async function removeCached(names: readonly CachePartName[]): Promise<void> {
  for (const name of names) await remove(cacheFolder(name));
}

async function sizeOf(folder: string): Promise<{ nFiles: number; sizeBytes: number }> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  ); // or it is gone
  return { nFiles: files.length, sizeBytes: sum(sizes) };
}
