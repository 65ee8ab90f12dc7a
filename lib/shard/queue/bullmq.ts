import { requireOptional } from "../../optional-package";

/** What is used of BullMQ, an optional peer. */
export interface Bullmq {
  readonly Queue: new (name: string, options: QueueOptions) => BullmqQueue;
  readonly Worker: new (
    name: string,
    process: (job: BullmqJob, token?: string) => Promise<void>,
    options: QueueOptions & { readonly maxStalledCount: number },
  ) => BullmqWorker;
  /** Thrown by who has put a job back. */
  readonly WaitingError: new () => Error;
}

interface QueueOptions {
  readonly connection: { readonly url: string; readonly maxRetriesPerRequest: null };
}

export interface BullmqQueue {
  on(event: "error", listener: () => void): unknown;
  addBulk(jobs: readonly object[]): Promise<unknown>;
  clean(graceMs: number, limit: number, state: "failed"): Promise<unknown>;
  getJobCounts(...states: readonly string[]): Promise<Record<string, number>>;
  obliterate(options: { readonly force: true }): Promise<void>;
  close(): Promise<void>;
}

export interface BullmqJob {
  readonly data: { readonly shard: number };
  /** Undefined while there is another attempt. */
  readonly finishedOn?: number;
  moveToWait(token?: string): Promise<unknown>;
}

interface BullmqWorker {
  on(event: "error", listener: () => void): unknown;
  on(event: "failed", listener: (job: BullmqJob | undefined, error: Error) => void): unknown;
  close(): Promise<void>;
}

/** @throws ERR_MISSING_PACKAGE */
export function requireBullmq(): Bullmq {
  return requireOptional("bullmq", "a queue of shards needs") as Bullmq;
}
