import { randomInt } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, path, shapeOf } from "../arguments/kinds";
import type { Given } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { work } from "../run/kinds";
import { ChunkStore } from "./chunk-store";
import { shardsToDo } from "./indices";
import { answerShare, isRanked } from "./later-stages";
import { openWorker } from "./open-worker";
import { computingOptions, workerOptions, workerSetup } from "./options";
import { isDoneBy, readPlan, RUN_FOLDER } from "./plan";
import { workQueue } from "./queue/work-queue";
import { requireNoneFailed, type ShardWork, ShardWorker } from "./shard-worker";
import { openStorage } from "./storage/open";

export const shardWorkOptions = z.object({ ...workerOptions.shape, ...computingOptions.shape });

/**
 * Which shards to do, and where their results go.
 * @interface
 */
export type ShardWorkOptions = Given<typeof shardWorkOptions>;

const workArguments = z.object({
  plan: path(),
  options: shapeOf(
    { onProgress: work.onProgress, signal: work.signal, overrides: anyOptions().optional() },
    "options by name",
  ),
});

/**
 * Does shards of a plan, with model and SAEs loaded once. A chunk is published whole or not at all, and who does a shard that
 * another did, or left in the middle, does what is missing of it. A shard that fails is told of, and the others are done. Once
 * the shards were merged, it answers its share of the questions of selection and evaluation. With `redis` a queue says which
 * shards are its own, one after another, until none is left in it.
 *
 * @throws ERR_RUN_MISMATCH when this worker's model, SAEs, questions or program are not the plan's, or its storage is another
 * plan's; ERR_RUN_INCOMPLETE when shards failed, or Redis cannot be reached; ERR_MISSING_PACKAGE; ERR_INVALID_ARGUMENT; as `openInputs`
 */
export async function workShards(plan: string, options: ShardWorkOptions = {}): Promise<ShardWork> {
  checkArguments(workArguments, { plan, options });
  refuseUnknown(options, shardWorkOptions);
  if (options.overrides) refuseUnknown(options.overrides, workerSetup);
  const resolved = resolveOptions(shardWorkOptions, options);
  const { storage: place, directory = join(plan, RUN_FOLDER), redis, onProgress, signal } = resolved;
  const stored = await readPlan(plan);
  const { run, shards } = stored.plan;
  const wanted = shardsToDo(resolved, shards.length, randomInt(shards.length));
  const storage = await openStorage(stored, place);
  if (redis !== undefined) return await workQueue(stored, storage, redis, { ...resolved, directory });
  const chunks = new ChunkStore(storage, run);
  const stands = await chunks.done();
  const isDone = (shard: number) => isDoneBy(shards[shard]!, stands);
  const [before, todo] = [wanted.filter(isDone), wanted.filter((shard) => !isDone(shard))];
  const isLater = todo.length === 0 && isRanked(directory);
  if (todo.length === 0 && !isLater) return { done: [], before };
  await using opened = await openWorker(stored, storage, resolved);
  if (isLater) {
    const mine = new Set(wanted);
    const share = { isMine: (block: number) => mine.has(block % shards.length), start: wanted[0]! };
    const { waiting } = await answerShare(opened.inputs, directory, stored.plan, {
      storage,
      share,
      onProgress,
      signal,
    });
    return { done: [], before, waiting };
  }
  const { prepared } = opened;
  await prepared.cache.check(prepared.saes);
  const failed = await new ShardWorker(stored.plan, storage, prepared, onProgress).work(todo);
  requireNoneFailed(failed, todo.length);
  return { done: todo, before };
}
