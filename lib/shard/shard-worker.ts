import { collectChunk } from "../collect/collect-chunk";
import type { Prepared } from "../collect/prepare";
import { errorCode, errorMessage, SteeringError } from "../errors";
import type { OnProgress } from "../progress";
import { ChunkStore } from "./chunk-store";
import type { Waiting } from "./later-stages";
import { chunksOf, questionsOf, type ShardPlan } from "./plan";
import { doneRecords, failedRecords } from "./records";
import type { Storage } from "./storage/storage";

/** What a worker did. */
export interface ShardWork {
  /** Shards that it did, and those that were done already. */
  readonly done: readonly number[];
  readonly before: readonly number[];
  /** Of a run that was merged: the stage whose questions it answered its share of, while answers of others are missing. */
  readonly waiting?: Waiting | undefined;
}

/** A shard that could not be done. */
export interface Failure {
  readonly shard: number;
  readonly error: unknown;
}

/** Collects shards with a model and SAEs that stay loaded. */
export class ShardWorker {
  private readonly chunks: ChunkStore;

  constructor(
    private readonly plan: ShardPlan,
    private readonly storage: Storage,
    private readonly prepared: Prepared,
    private readonly onProgress: OnProgress | undefined,
  ) {
    this.chunks = new ChunkStore(storage, plan.run);
  }

  /** All of them, whichever fail. @throws the signal's reason */
  async work(shards: readonly number[]): Promise<Failure[]> {
    const { signal } = this.prepared.options;
    const failed: Failure[] = [];
    for (const [i, shard] of shards.entries()) {
      try {
        await this.workOn(shard, `shard ${shard}, ${i + 1} of ${shards.length}`);
      } catch (error) {
        signal?.throwIfAborted();
        failed.push({ shard, error });
        await tellOfFailure(this.storage, failed.at(-1)!);
      }
    }
    return failed;
  }

  /** What is missing of it. */
  async workOn(shard: number, name: string): Promise<void> {
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
      if (await this.chunks.has(chunk)) continue; // another's, since this worker began
      await collectChunk(this.prepared, chunk, { target: this.chunks.target(chunk), report });
      mine.push(chunk);
    }
    if (mine.length === 0) return;
    const seconds = Math.round(performance.now() - begun) / 1000;
    await doneRecords.write(this.storage, shard, { seconds, questions: questionsOf(this.plan, mine) });
  }
}

/** For `shard status`. Where the storage refuses that, too, as on a full disk, the worker's own end tells of it. */
export async function tellOfFailure(storage: Storage, { shard, error }: Failure): Promise<void> {
  const record = { code: errorCode(error) ?? "", message: errorMessage(error) };
  await failedRecords.write(storage, shard, record).catch(() => undefined);
}

/** @throws ERR_RUN_INCOMPLETE with the first of those that failed */
export function requireNoneFailed(failed: readonly Failure[], of: number): void {
  const [first] = failed;
  if (first === undefined) return;
  throw new SteeringError(
    "ERR_RUN_INCOMPLETE",
    `${failed.length} of ${of} shards failed, the first of them shard ${first.shard}: ${errorMessage(first.error)}`,
    { shards: failed.map(({ shard }) => shard) },
    { cause: first.error },
  );
}
