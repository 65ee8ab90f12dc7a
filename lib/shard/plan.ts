import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { collectSettings } from "../collect/options";
import { SteeringError } from "../errors";
import { controlOptions } from "../evaluate/controls/options";
import { parseJsonFile } from "../files/json";
import { readBytes } from "../files/read-file";
import { count, sha256 } from "../files/schema";
import { rankSettings } from "../rank/options";
import { runManifest } from "../run/manifest";
import { choiceOptions } from "../select/options";
import type { ChunkRange } from "./part";

const plannedShard = z.object({
  firstChunk: count,
  nChunks: z.int().min(1),
  /** Of its questions, as `samples` of the run has that of all. */
  questions: sha256,
});

const shardPlan = z.object({
  format: z.literal(1),
  /** `run.json` of the run that the shards become. */
  run: runManifest,
  settings: collectSettings,
  /** Options of the stages after it. */
  rank: rankSettings,
  select: choiceOptions,
  evaluate: controlOptions,
  shards: z.array(plannedShard).min(1),
  /** Questions that one worker answers together, with all arms, to validate and to test on. */
  blocks: z.object({ validation: z.int().min(1), test: z.int().min(1) }),
  /** About what a worker takes of memory at its peak; null where that is not known, as on a GPU. */
  workerBytes: z.number().nullable(),
});
/**
 * A run in shards (`plan.json`): what it is of, in full, and which questions each shard asks. Nobody changes it.
 * @interface
 */
export type ShardPlan = z.infer<typeof shardPlan>;

/** A plan, where it lies, and its bytes. */
export interface StoredPlan {
  readonly directory: string;
  readonly plan: ShardPlan;
  readonly text: string;
}

export const PLAN_FILE = "plan.json";
/** Where merging writes unless told otherwise. */
export const RUN_FOLDER = "run";

/** @throws ERR_RUN_INCOMPLETE where none was made; ERR_FILE_FORMAT for one of another version */
export async function readPlan(directory: string): Promise<StoredPlan> {
  const path = join(directory, PLAN_FILE);
  if (!existsSync(path)) {
    throw new SteeringError("ERR_RUN_INCOMPLETE", `${directory} has no ${PLAN_FILE}: make it with shard plan`, {
      directory,
    });
  }
  const bytes = await readBytes(path);
  return { directory, plan: parseJsonFile(path, bytes, shardPlan), text: bytes.toString("utf8") };
}

/** Numbers of a shard's chunks. */
export function chunksOf({ firstChunk, nChunks }: ChunkRange): number[] {
  return Array.from({ length: nChunks }, (_, i) => firstChunk + i);
}

/** Whether all chunks of a shard are among these. */
export function isDoneBy(shard: ChunkRange, chunks: ReadonlySet<number>): boolean {
  return chunksOf(shard).every((chunk) => chunks.has(chunk));
}

/** How many questions these chunks have. */
export function questionsOf({ run }: ShardPlan, chunks: readonly number[]): number {
  const { chunkSamples, samples } = run;
  return chunks.reduce((sum, chunk) => sum + Math.min(chunkSamples, samples.n - chunk * chunkSamples), 0);
}
