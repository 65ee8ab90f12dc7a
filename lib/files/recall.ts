import { dirname } from "node:path";
import type { z } from "zod";
import { makeFolder } from "./folder";
import { readJson, writeJson } from "./json";

/** What was kept in the cache; undefined where it is not there, or damaged: it is found out anew then. */
export async function recall<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T> | undefined> {
  return readJson(path, schema).catch(() => undefined);
}

/** Keeps it for the next time. Where nothing can be written it will take the time again: no error. */
export async function keep(path: string, value: unknown): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeJson(path, value);
  } catch {
    // a full disk, a home that is read-only
  }
}
