import { setTimeout as sleep } from "node:timers/promises";
import { sha256Of } from "../../files/hash";
import type { WorkerStates } from "../executors/executor";
import type { StoredPlan } from "../plan";
import { type Bullmq, type BullmqQueue, requireBullmq } from "./bullmq";
import { reach, redisServer, type RedisServer } from "./redis";

/** Of a shard that fails: another worker may have what it wants for. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 5000;
/** How many workers may be lost with a shard before it counts as what ends them. */
const LOST_WORKERS = 5;
const LOOK_AGAIN_MS = 1000;
const TO_DO = ["waiting", "active", "delayed"];

/** What a worker does with the jobs that it takes. */
export interface Taker {
  readonly work: (shard: number) => Promise<void>;
  /** Of one that there is no further attempt at. */
  readonly onFailed: (shard: number, error: Error) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The shards of a plan as jobs of BullMQ. It says who does what and no more: results are in the storage, whole or not at all,
 * so that a job that comes back while its worker is still at it, or is lost with the server, does no harm.
 */
export class ShardQueue implements AsyncDisposable {
  private readonly options: ConstructorParameters<Bullmq["Queue"]>[1];
  private readonly queue: BullmqQueue;

  /** @param server that can be reached: a command waits while it cannot */
  constructor(
    readonly name: string,
    server: RedisServer,
    private readonly bullmq: Bullmq,
  ) {
    this.options = { connection: { url: server.url, maxRetriesPerRequest: null } };
    this.queue = new bullmq.Queue(name, this.options);
    this.queue.on("error", comesBack);
  }

  /** @throws ERR_MISSING_PACKAGE, ERR_INVALID_ARGUMENT; ERR_RUN_INCOMPLETE without such a server */
  static async open({ text }: StoredPlan, redis: string): Promise<ShardQueue> {
    const server = redisServer(redis);
    const bullmq = requireBullmq();
    await reach(server);
    return new ShardQueue(`corrsteer-${sha256Of([Buffer.from(text)]).slice(0, 16)}`, server, bullmq);
  }

  /** Each once, whatever is queued already; one that failed is tried anew. @returns the jobs' ids */
  async add(shards: readonly number[]): Promise<string[]> {
    await this.queue.clean(0, 0, "failed");
    const backoff = { type: "exponential", delay: FIRST_PAUSE_MS };
    const jobs = shards.map((shard) => ({
      ...{ name: "shard", data: { shard } },
      opts: { jobId: `shard-${shard}`, attempts: ATTEMPTS, backoff, removeOnComplete: true },
    }));
    await this.queue.addBulk(jobs);
    return jobs.map(({ opts }) => opts.jobId);
  }

  /** How many jobs there are in each state that some are in. */
  async states(): Promise<WorkerStates> {
    const counts = await this.queue.getJobCounts(...TO_DO, "failed");
    return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
  }

  /** Whether a job is left, or may come back from who is at it. */
  async isLeft(): Promise<boolean> {
    const counts = await this.queue.getJobCounts(...TO_DO);
    return Object.values(counts).some((n) => n > 0);
  }

  /** Removes all jobs. Who is at one ends it. */
  async clear(): Promise<void> {
    await this.queue.obliterate({ force: true });
  }

  /**
   * Takes jobs, one at a time, until none is left. BullMQ renews the lock of each from the event loop, which the engine leaves
   * free; a job whose lock runs out, as its worker was lost, returns to the queue.
   *
   * @throws the signal's reason; the job is put back then, for another worker
   */
  async take({ work, onFailed, signal }: Taker): Promise<void> {
    const { Worker, WaitingError } = this.bullmq;
    const told: Promise<void>[] = [];
    const worker = new Worker(
      this.name,
      async (job, token) => {
        try {
          signal?.throwIfAborted();
          await work(job.data.shard);
        } catch (error) {
          if (signal?.aborted !== true) throw error;
          await job.moveToWait(token);
          throw new WaitingError();
        }
      },
      { ...this.options, maxStalledCount: LOST_WORKERS },
    );
    worker.on("error", comesBack);
    worker.on("failed", (job, error) => {
      if (job?.finishedOn !== undefined) told.push(onFailed(job.data.shard, error));
    });
    try {
      while (signal?.aborted !== true && (await this.isLeft())) {
        await sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await worker.close();
      await Promise.all(told);
    }
    signal?.throwIfAborted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.queue.close();
  }
}

/** A server that is away: BullMQ tries again. A lock that was lost: what was done is in the storage. */
function comesBack(): void {}
