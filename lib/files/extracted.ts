import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { type Contents, writeFileAtomically } from "./atomic-write";
import { cacheFolder } from "./cache-folder";
import { makeFolder } from "./folder";
import { knownSha256 } from "./known-hash";
import { keep, recall } from "./recall";
import { sha256 } from "./schema";
import type { Span } from "./span";

/** What lies beside the file. */
const told = z.object({ format: z.literal(1), sha256 });

/**
 * What was taken out of a file, in a file of the cache: it is written unless it is there, as it was written.
 *
 * @param hash of the file that it is taken from
 * @param name tells it from others of that file
 * @throws ERR_FILE_WRITE; what `contents` throws
 */
export async function extracted(hash: string, name: string, size: number, contents: () => Contents): Promise<Span> {
  const path = cacheFolder("extracted", hash, name);
  if (!(await isWhole(path, size))) {
    await makeFolder(dirname(path));
    await writeFileAtomically(path, contents());
    await keep(`${path}.json`, { format: 1, sha256: await knownSha256(path) } satisfies z.infer<typeof told>);
  }
  return { path, offset: 0, size };
}

async function isWhole(path: string, size: number): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  if (there?.size !== size) return false;
  const known = await recall(`${path}.json`, told);
  return known?.sha256 === (await knownSha256(path));
}
