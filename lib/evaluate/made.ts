import { existsSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { sha256File, sha256Of } from "../files/hash";
import { jsonText, readJson, writeJson } from "../files/json";
import { count, sha256 } from "../files/schema";
import type { EngineOptions } from "../model/options";
import { defaultThreads } from "../native/threads";
import { EVALUATION_FILE, type Evaluation } from "./evaluation";

const made = z.object({
  format: z.literal(1),
  /** Of the `evaluation.json` that this is of. */
  evaluation: sha256,
  /** When the last question was answered, by UTC. */
  date: z.iso.datetime(),
  /** That asking took, all arms together. */
  seconds: z.number().min(0),
  machine: z.object({
    /** As its maker calls it; empty where the system does not say. */
    processor: z.string(),
    cores: count,
    /** Where the weights lay. */
    device: z.string(),
    threads: count,
  }),
});
/**
 * `evaluation-made.json`: when, in how long and on what an evaluation was made. It lies beside the evaluation, as that is the
 * same bytes whenever it is made.
 */
export type Made = z.infer<typeof made>;

export const MADE_FILE = "evaluation-made.json";

export function machine(device: string, { threads = defaultThreads() }: EngineOptions = {}): Made["machine"] {
  return { processor: cpus()[0]?.model.trim() ?? "", cores: availableParallelism(), device, threads };
}

/**
 * Of an evaluation that lies there already, what is said of the time that it was made first stays: nothing else was found
 * since.
 *
 * @throws ERR_FILE_WRITE
 */
export async function writeMade(
  directory: string,
  evaluation: Evaluation,
  how: Pick<Made, "seconds" | "machine">,
): Promise<void> {
  const known = await readMade(directory).catch(() => undefined);
  const hash = sha256Of([jsonText(evaluation)]);
  if (known?.evaluation === hash) return;
  const date = `${new Date().toISOString().slice(0, 19)}Z`;
  const document: Made = { format: 1, evaluation: hash, date, ...how };
  await writeJson(join(directory, MADE_FILE), document);
}

/** Of the evaluation that lies there; undefined where it is of another, or of a version that did not say. @throws ERR_FILE_FORMAT */
export async function readMade(directory: string): Promise<Made | undefined> {
  const path = join(directory, MADE_FILE);
  if (!existsSync(path)) return undefined;
  const found = await readJson(path, made);
  return found.evaluation === (await sha256File(join(directory, EVALUATION_FILE))) ? found : undefined;
}
