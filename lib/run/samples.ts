import { open } from "node:fs/promises";
import { z } from "zod";
import type { Sample } from "../data/sample";
import { SteeringError } from "../errors";
import { parseJson, toJson } from "../files/json";
import { readError } from "../files/read-file";
import { count, share } from "../files/schema";

/** One line of `samples.jsonl`: a question, what the unsteered model answered, and how that scored. */
export const sampleRecord = z.object({
  id: z.string(),
  group: z.string().optional(),
  /** Absent where the question is by itself. */
  cluster: z.string().optional(),
  prompt: z.string(),
  expected: z.string(),
  completion: z.string(),
  score: share,
  /** What else the scorer measured, by name. */
  extras: z.record(z.string(), z.number()).optional(),
  stopReason: z.enum(["end", "length", "stop"]),
  promptTokens: count,
  generatedTokens: count,
  /** Natural logarithm of each choice's first token as first token of the answer; of whole choices, where they are tried. */
  choiceLogProbabilities: z.record(z.string(), z.number()).optional(),
  /** That of the gold choice minus the best other one's; of whole choices, what they are worth. */
  margin: z.number().optional(),
});
export type SampleRecord = z.infer<typeof sampleRecord>;

/** What a record says of the question itself. */
export function questionRecord({ id, group, cluster, prompt, expected }: Sample) {
  return {
    id,
    ...(group !== undefined && { group }),
    ...(cluster !== undefined && { cluster }),
    prompt,
    expected,
  };
}

/** @throws ERR_NON_FINITE as `toJson` */
export function toJsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${toJson(record)}\n`).join("");
}

/** @throws ERR_FILE_FORMAT with file and line */
export function readSamples(path: string): AsyncGenerator<SampleRecord> {
  return readJsonLines(path, sampleRecord);
}

/** The records of a JSON lines file, in order. @throws ERR_FILE_FORMAT with file and line */
export async function* readJsonLines<T extends z.ZodType>(path: string, schema: T): AsyncGenerator<z.infer<T>> {
  let row = 0;
  const fail = (reason: string, cause?: unknown) =>
    new SteeringError("ERR_FILE_FORMAT", `${path}:${row}: ${reason}`, { path, row, reason }, { cause });
  for await (const text of readLines(path)) {
    row += 1;
    yield parseJson(text, schema, fail);
  }
}

async function* readLines(path: string): AsyncGenerator<string> {
  const file = await open(path).catch((error: unknown) => {
    throw readError(path, error);
  });
  try {
    yield* file.readLines();
  } catch (error) {
    throw readError(path, error);
  } finally {
    await file.close();
  }
}

/** @throws ERR_FILE_FORMAT for a file that lost lines, or has others' */
export function requireCount(path: string, expected: number, found: number): void {
  if (found === expected) return;
  throw new SteeringError("ERR_FILE_FORMAT", `${path}: expected ${expected} samples, found ${found}`, {
    path,
    expected,
    found,
  });
}
