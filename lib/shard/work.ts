import { randomInt } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, path, shapeOf } from "../arguments/kinds";
import { collectChunk } from "../collect/collect-chunk";
import type { Prepared } from "../collect/prepare";
import { errorCode, SteeringError } from "../errors";
import type { Given } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import type { OnProgress } from "../progress";
import { work } from "../run/kinds";
import { ChunkStore } from "./chunk-store";
import { shardsToDo } from "./indices";
import { goOn, isRanked, type Waiting } from "./later-stages";
import { Mirror } from "./mirror";
import { openWorker } from "./open-worker";
import { computingOptions, workerOptions, workerSetup } from "./options";
import { chunksOf, questionsOf, readPlan, RUN_FOLDER, type ShardPlan } from "./plan";
import { doneRecords, failedRecords } from "./records";
import { openStorage } from "./storage/open";
import type { Storage } from "./storage/storage";

export const shardWorkOptions = z.object({ ...workerOptions.shape, ...computingOptions.shape });

/**
 * Which shards to do, and where their results go.
 * @interface
 */
export type ShardWorkOptions = Given<typeof shardWorkOptions>;

/** What a worker did. */
export interface ShardWork {
  /** Shards that it did, and those that were done already. */
  readonly done: readonly number[];
  readonly before: readonly number[];
  /** Of a run that was merged: the stage whose questions it answered its share of, while answers of others are missing. */
  readonly waiting?: Waiting | undefined;
}

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
 * the shards were merged, it answers its share of the questions of selection and evaluation.
 *
 * @throws ERR_RUN_MISMATCH when this worker's model, SAEs, questions or program are not the plan's, or its storage is another
 * plan's; ERR_RUN_INCOMPLETE when shards failed; ERR_INVALID_ARGUMENT; as `openInputs`
 */
export async function workShards(plan: string, options: ShardWorkOptions = {}): Promise<ShardWork> {
  checkArguments(workArguments, { plan, options });
  refuseUnknown(options, shardWorkOptions);
  if (options.overrides) refuseUnknown(options.overrides, workerSetup);
  const resolved = resolveOptions(shardWorkOptions, options);
  const { storage: place, directory = join(plan, RUN_FOLDER), onProgress, signal } = resolved;
  const stored = await readPlan(plan);
  const { run, shards } = stored.plan;
  const wanted = shardsToDo(resolved, shards.length, randomInt(shards.length));
  const storage = await openStorage(stored, place);
  const chunks = new ChunkStore(storage, run);
  const stands = await chunks.done();
  const isDone = (shard: number) => chunksOf(shards[shard]!).every((chunk) => stands.has(chunk));
  const [before, todo] = [wanted.filter(isDone), wanted.filter((shard) => !isDone(shard))];
  const isLater = todo.length === 0 && isRanked(directory);
  if (todo.length === 0 && !isLater) return { done: [], before };
  await using opened = await openWorker(stored, storage, resolved);
  if (isLater) {
    const mine = new Set(wanted);
    const share = { isMine: (block: number) => mine.has(block % shards.length), start: wanted[0]! };
    await using mirror = await Mirror.of(directory);
    const later = { storage, share, onProgress, signal };
    const { waiting } = await goOn(opened.inputs, mirror.directory, stored.plan, later);
    return { done: [], before, waiting };
  }
  const { prepared } = opened;
  await prepared.cache.check(prepared.saes);
  const failed = await new Worker(stored.plan, storage, chunks, prepared, onProgress).work(todo);
  if (failed.length === 0) return { done: todo, before };
  const [first] = failed;
  throw new SteeringError(
    "ERR_RUN_INCOMPLETE",
    `${failed.length} of ${todo.length} shards failed, the first of them shard ${first!.shard}: ${messageOf(first!.error)}`,
    { shards: failed.map(({ shard }) => shard) },
    { cause: first!.error },
  );
}

interface Failure {
  readonly shard: number;
  readonly error: unknown;
}

class Worker {
  constructor(
    private readonly plan: ShardPlan,
    private readonly storage: Storage,
    private readonly chunks: ChunkStore,
    private readonly prepared: Prepared,
    private readonly onProgress: OnProgress | undefined,
  ) {}

  async work(shards: readonly number[]): Promise<Failure[]> {
    const { signal } = this.prepared.options;
    const failed: Failure[] = [];
    for (const [i, shard] of shards.entries()) {
      try {
        await this.workOn(shard, `shard ${shard}, ${i + 1} of ${shards.length}`);
      } catch (error) {
        signal?.throwIfAborted();
        failed.push({ shard, error });
        await failedRecords.write(this.storage, shard, { code: errorCode(error) ?? "", message: messageOf(error) });
      }
    }
    return failed;
  }

  private async workOn(shard: number, name: string): Promise<void> {
    const begun = performance.now();
    const all = chunksOf(this.plan.shards[shard]!);
    const total = questionsOf(this.plan, all);
    const first = all[0]! * this.plan.run.chunkSamples;
    const report = (done: number, step?: string) => {
      const what = step === undefined ? name : `${name}, ${step}`;
      this.onProgress?.({ step: what, done: done - first, total, unit: "questions" });
    };
    const mine: number[] = [];
    for (const chunk of all) {
      if ((await this.chunks.done()).has(chunk)) continue; // another's, since this worker began
      await collectChunk(this.prepared, chunk, { target: this.chunks.target(chunk), report });
      mine.push(chunk);
    }
    if (mine.length === 0) return;
    const seconds = Math.round(performance.now() - begun) / 1000;
    await doneRecords.write(this.storage, shard, { seconds, questions: questionsOf(this.plan, mine) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
