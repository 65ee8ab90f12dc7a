import { answerShare, isRanked, type Waiting } from "../later-stages";
import { openWorker, type OpenOptions } from "../open-worker";
import type { StoredPlan } from "../plan";
import { type Failure, requireNoneFailed, type ShardWork, ShardWorker, tellOfFailure } from "../shard-worker";
import type { Storage } from "../storage/storage";
import { ShardQueue } from "./shard-queue";

interface QueueWorkOptions extends OpenOptions {
  /** The run that merging made, or will make. */
  readonly directory: string;
}

/** Does the shards that a queue gives, until none is left in it. @throws as `workShards` */
export async function workQueue(
  stored: StoredPlan,
  storage: Storage,
  redis: string,
  { directory, ...options }: QueueWorkOptions,
): Promise<ShardWork> {
  await using queue = await ShardQueue.open(stored, redis);
  if (!(await queue.isLeft())) return { done: [], before: [] };
  await using opened = await openWorker(stored, storage, options);
  const { inputs, prepared } = opened;
  const { onProgress, signal } = options;
  const { plan } = stored;
  await prepared.cache.check(prepared.saes);
  const worker = new ShardWorker(plan, storage, prepared, onProgress);
  const done: number[] = [];
  const failed: Failure[] = [];
  let waiting: Waiting | undefined;
  const answer = async (shard: number) => {
    const share = { isMine: (block: number) => block % plan.shards.length === shard, start: shard };
    ({ waiting } = await answerShare(inputs, directory, plan, { storage, share, onProgress, signal }));
  };
  await queue.take({
    work: async (shard) => {
      await (isRanked(directory) ? answer(shard) : worker.workOn(shard, `shard ${shard}`));
      done.push(shard);
    },
    onFailed: async (shard, error) => {
      failed.push({ shard, error });
      await tellOfFailure(storage, { shard, error });
    },
    signal,
  });
  requireNoneFailed(failed, done.length + failed.length);
  return { done, before: [], waiting };
}
