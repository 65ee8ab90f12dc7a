import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Contents, writeFileAtomically } from "./atomic-write";
import { cacheFolder } from "./cache-folder";
import { makeFolder } from "./folder";
import type { Span } from "./span";

/**
 * What was taken out of a file, in a file of the cache: it is written unless it is there.
 *
 * @param hash of the file that it is taken from
 * @param name tells it from others of that file
 * @throws ERR_FILE_WRITE; what `contents` throws
 */
export async function extracted(hash: string, name: string, size: number, contents: () => Contents): Promise<Span> {
  const path = cacheFolder("extracted", hash, name);
  const there = await stat(path).catch(() => undefined);
  if (there?.size !== size) {
    await makeFolder(dirname(path));
    await writeFileAtomically(path, contents());
  }
  return { path, offset: 0, size };
}
