import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { SteeringError } from "../errors";
import { sha256Of } from "../files/hash";
import { writeFileAtomically } from "../files/atomic-write";
import { remove } from "../files/folder";
import { jsonText, parseJsonFile } from "../files/json";
import { readBytes } from "../files/read-file";
import { REPORT_FILE } from "./directory";

/** What a file says, and the SHA-256 of its bytes: those that were read. */
export interface Hashed<T> {
  readonly document: T;
  readonly sha256: string;
}

/**
 * What a stage left in a run directory.
 *
 * @param stage the command that writes the file, for the message
 * @throws ERR_RUN_INCOMPLETE before that stage; ERR_FILE_FORMAT
 */
export async function readStageFile<T extends z.ZodType>(
  directory: string,
  file: string,
  schema: T,
  stage: string,
): Promise<Hashed<z.infer<T>>> {
  const path = join(directory, file);
  if (existsSync(path)) {
    const bytes = await readBytes(path);
    return { document: parseJsonFile(path, bytes, schema), sha256: sha256Of([bytes]) };
  }
  throw new SteeringError("ERR_RUN_INCOMPLETE", `${directory} has no ${file}: run ${stage} on it`, {
    directory,
    stage,
  });
}

/**
 * Writes what a stage leaves in a run directory. A report of what was there before would be of another run by then: it goes
 * first.
 *
 * @param into the folder that the file is written into: that of `writeTogether`, on its way to `directory`
 * @throws ERR_FILE_WRITE; as `toJson`
 */
export async function writeStageFile(
  directory: string,
  file: string,
  document: unknown,
  into = directory,
): Promise<void> {
  const text = jsonText(document);
  const before = await readFile(join(directory, file), "utf8").catch(() => text);
  if (before !== text) await remove(join(directory, REPORT_FILE));
  await writeFileAtomically(join(into, file), text);
}
