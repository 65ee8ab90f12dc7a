import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { path, shapeOf } from "../arguments/kinds";
import type { Given } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { ChunkStore } from "./chunk-store";
import { chunksOf, questionsOf, readPlan } from "./plan";
import { doneRecords, failedRecords } from "./records";
import { openStorage } from "./storage/open";
import { storageOption } from "./options";
import { failedLogs, type WorkerLog } from "./worker-logs";

/**
 * Where the shards lie.
 * @interface
 */
export type ShardStatusOptions = Given<typeof storageOption>;

/** A shard that is not done and that a worker failed at last. */
export interface FailedShard {
  readonly shard: number;
  /** As the worker told it. */
  readonly code: string;
  readonly message: string;
  readonly host: string;
  readonly at: string;
}

/** How far a plan is. */
export interface ShardStatus {
  readonly nShards: number;
  readonly nDone: number;
  /** Those that are not done, and of them those that some chunks are there of. */
  readonly missing: readonly number[];
  readonly begun: readonly number[];
  readonly failed: readonly FailedShard[];
  /** While shards are missing: how the logs beside the plan end that tell of a failure, the newest first. */
  readonly logs: readonly WorkerLog[];
  readonly questions: { readonly done: number; readonly total: number };
  /** Questions a second of all workers together, between the first beginning and the last end; null before one is done. */
  readonly perSecond: number | null;
  /** At that rate; null where it is not known. */
  readonly secondsLeft: number | null;
}

const statusArguments = z.object({ plan: path(), options: shapeOf({}, "options by name") });

/** @throws ERR_RUN_INCOMPLETE where there is no plan; ERR_RUN_MISMATCH, ERR_FILE_FORMAT */
export async function shardStatus(plan: string, options: ShardStatusOptions = {}): Promise<ShardStatus> {
  checkArguments(statusArguments, { plan, options });
  refuseUnknown(options, storageOption);
  const stored = await readPlan(plan);
  const storage = await openStorage(stored, options.storage);
  const done = await new ChunkStore(storage, stored.plan.run).done();
  const { shards, run } = stored.plan;
  const left = shards.map((shard) => chunksOf(shard).filter((chunk) => !done.has(chunk)).length);
  const missing = [...left.keys()].filter((shard) => left[shard]! > 0);
  const failures = await failedRecords.read(storage);
  const perSecond = rateOf([...(await doneRecords.read(storage)).values()]);
  const questions = { done: questionsOf(stored.plan, [...done]), total: run.samples.n };
  return {
    nShards: shards.length,
    nDone: shards.length - missing.length,
    begun: missing.filter((shard) => left[shard]! < shards[shard]!.nChunks),
    missing,
    failed: missing.flatMap((shard) => {
      const failure = failures.get(shard);
      if (!failure) return [];
      const { worker, at, code, message } = failure;
      return [{ shard, code, message, host: worker.host, at }];
    }),
    logs: missing.length > 0 ? await failedLogs(plan) : [],
    questions,
    perSecond,
    secondsLeft: perSecond === null ? null : (questions.total - questions.done) / perSecond,
  };
}

/** Workers' clocks may differ: what they tell has to be a while. */
export function rateOf(
  records: readonly { readonly at: string; readonly seconds: number; readonly questions: number }[],
): number | null {
  const ends = records.map(({ at }) => Date.parse(at) / 1000);
  const begins = records.map(({ seconds }, i) => ends[i]! - seconds);
  const span = Math.max(...ends) - Math.min(...begins);
  const questions = records.reduce((sum, record) => sum + record.questions, 0);
  return records.length > 0 && span > 0 && questions > 0 ? questions / span : null;
}
