import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "../errors";
import { given, givenOf } from "../options/given";
import { integer, oneOf } from "../options/kinds";
import { option } from "../options/option";
import type { PipelineOptions } from "../pipeline/pipeline";
import type { WorkOptions } from "../progress";
import { isComplete } from "../run/run";
import { planShards, shardPlanOptions, type ShardPlanOptions } from "../shard/make-plan";
import { mergeShards } from "../shard/merge";
import { PLAN_FILE, RUN_FOLDER } from "../shard/plan";
import { shardStatus } from "../shard/status";
import { submitOptions, submitShards, submittedWorkers } from "../shard/submit";
import { shareChunks } from "./share";

/** What does the cells of a sweep in parts. */
export const sweepShardOptions = z.object({
  shards: option("do each run in so many parts at most, on what `on` names", integer(1).exactOptional(), {
    otherwise: "runs are not parted, and done here",
  }),
  on: option("what runs the workers of runs in shards", oneOf(["local", "slurm", "bullmq"]).default("local"), {
    more: "As shard submit does.",
  }),
  ...submitOptions.pick({ workers: true, redis: true, sbatch: true }).shape,
  program: option("the command line of corrsteer", z.custom<readonly string[]>().exactOptional()),
});

/** How a cell in shards is done. */
export interface InShards extends z.output<typeof sweepShardOptions>, WorkOptions {
  readonly shards: number;
  readonly program: readonly string[];
  /** Plans of earlier cells that collect the same: what the first of them collects is shared. */
  readonly alike: readonly string[];
}

/** Where the run of a cell in shards is. */
export function runOf(plan: string): string {
  return join(plan, RUN_FOLDER);
}

/**
 * Does a cell as far as it goes: plans it, starts workers for what is missing, merges. On this machine that is to its end;
 * elsewhere the next call goes on from what workers did meanwhile.
 *
 * @returns what it waits for; undefined when it is evaluated
 * @throws as `planShards`, `submitShards`, `mergeShards`
 */
export async function runInShards(
  plan: string,
  options: PipelineOptions,
  { shards, alike, program, onProgress, signal, ...engine }: InShards,
): Promise<string | undefined> {
  const first = alike.find((other) => existsSync(join(other, PLAN_FILE)));
  if (!existsSync(join(plan, PLAN_FILE))) {
    const planned = givenOf(shardPlanOptions, options) as ShardPlanOptions;
    await planShards({ ...planned, shards, directory: plan, ...given({ onProgress, signal }) });
  }
  if (first !== undefined && !isComplete(runOf(plan))) {
    if (!isComplete(runOf(first))) return `for what ${first} collects`;
    await shareChunks(first, plan);
  }
  for (;;) {
    const left = await missingOf(plan, { onProgress, signal });
    if (left === undefined) return undefined;
    if (await isAtWork(plan, engine)) return `for workers: ${left}`;
    await submitShards(plan, { ...engine, program: [...program], signal });
    if (engine.on !== "local") return `for workers: ${left}`;
  }
}

/** Whether workers that were submitted before have not ended. */
async function isAtWork(plan: string, { on, redis }: Pick<InShards, "on" | "redis">): Promise<boolean> {
  if (on === "local") return false;
  const states = await submittedWorkers(plan, redis === undefined ? {} : { redis });
  return Object.entries(states ?? {}).some(([state, n]) => state !== "failed" && n > 0);
}

/** Merges what is there. @returns what is missing until it is evaluated, in words */
async function missingOf(plan: string, work: WorkOptions): Promise<string | undefined> {
  try {
    const { waiting } = await mergeShards(plan, work);
    return waiting && `${waiting.stage} needs ${waiting.missing} of ${waiting.total} blocks of questions answered`;
  } catch (error) {
    if (errorCode(error) !== "ERR_RUN_INCOMPLETE") throw error;
    const { nShards, nDone, failed } = await shardStatus(plan);
    if (nDone === nShards) throw error;
    const [first] = failed;
    const why = first ? `; shard ${first.shard} failed on ${first.host}: ${first.code} ${first.message}` : "";
    return `${nShards - nDone} of ${nShards} shards are missing${why}`;
  }
}
