import { existsSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { SteeringError } from "../errors";
import { readJson } from "../files/json";

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
): Promise<z.infer<T>> {
  const path = join(directory, file);
  if (existsSync(path)) return readJson(path, schema);
  throw new SteeringError("ERR_RUN_INCOMPLETE", `${directory} has no ${file}: run ${stage} on it`, {
    directory,
    stage,
  });
}
