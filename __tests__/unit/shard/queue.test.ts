import type { Bullmq, BullmqJob } from "../../../lib/shard/queue/bullmq";
import { reach, redisServer } from "../../../lib/shard/queue/redis";
import { ShardQueue } from "../../../lib/shard/queue/shard-queue";

const URL = "redis://user:secret@host:6380/2";

describe("a Redis server", () => {
  it("has a name without user and password", () => {
    expect(redisServer(URL, {})).toEqual({ url: URL, name: "redis://host:6380/2" });
    expect(redisServer("rediss://host", {})).toMatchObject({ name: "rediss://host" });
  });

  it("has the environment's password where the URL has none", () => {
    const env = { REDISCLI_AUTH: "another/secret" };
    expect(redisServer("redis://host", env).url).toBe("redis://:another%2Fsecret@host");
    expect(redisServer(URL, env).url).toBe(URL);
  });

  it.each(["http://u:secret@host", "redis://", "u:secret@host", ""])("is not %j, which is not quoted", (url) => {
    const refused = { code: "ERR_INVALID_ARGUMENT", message: expect.not.stringContaining("secret") as string };
    expect(() => redisServer(url, {})).toThrow(expect.objectContaining(refused) as Error);
  });

  it("that cannot be reached is told of by its first reason, without the commands that were sent", async () => {
    const first = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    class Redis {
      private tell: (error: Error) => void = () => undefined;
      on(_event: "error", listener: (error: Error) => void) {
        this.tell = listener;
      }
      connect() {
        this.tell(first);
        return Promise.reject(Object.assign(new Error("Connection is closed."), { command: { args: ["secret"] } }));
      }
      ping = () => Promise.resolve();
      disconnect = () => undefined;
    }
    const failed = await reach(redisServer(URL, {}), { Redis }).catch((error: unknown) => error as Error);
    expect(failed).toMatchObject({
      code: "ERR_RUN_INCOMPLETE",
      message: expect.stringContaining("redis://host:6380/2: ECONNREFUSED") as string,
    });
    expect(failed).not.toHaveProperty("cause");
  });
});

/** BullMQ with one worker at jobs in memory, each of which has one attempt. */
function oneWorker() {
  const waiting: { shard: number }[] = [];
  const failed: number[] = [];
  class Queue {
    on = () => undefined;
    addBulk = (jobs: readonly object[]) => {
      waiting.push(...(jobs as { data: { shard: number } }[]).map(({ data }) => data));
      return Promise.resolve();
    };
    clean = () => Promise.resolve(failed.splice(0));
    getJobCounts = (...states: string[]) => {
      const counts = Object.entries({ waiting: waiting.length, failed: failed.length });
      return Promise.resolve(Object.fromEntries(counts.filter(([state]) => states.includes(state))));
    };
    obliterate = () => Promise.resolve();
    close = () => Promise.resolve();
  }
  class Worker {
    private readonly running: Promise<void>;
    private tell: (job: BullmqJob, error: Error) => void = () => undefined;
    constructor(_name: string, process: (job: BullmqJob) => Promise<void>) {
      this.running = Promise.resolve().then(async () => {
        for (let data = waiting.shift(); data; data = waiting.shift()) {
          const back = data;
          const moveToWait = () => Promise.resolve(waiting.push(back));
          try {
            await process({ data, moveToWait });
          } catch (error) {
            if (error instanceof WaitingError) return;
            failed.push(data.shard);
            this.tell({ data, finishedOn: 1, moveToWait }, error as Error);
          }
        }
      });
    }
    on(event: string, listener: (job: BullmqJob, error: Error) => void) {
      if (event === "failed") this.tell = listener;
    }
    close = () => this.running;
  }
  class WaitingError extends Error {}
  const bullmq = { Queue, Worker, WaitingError } as unknown as Bullmq;
  return { queue: new ShardQueue("shards", redisServer(URL, {}), bullmq), waiting, failed };
}

describe("a queue of shards", () => {
  it("tells of a shard that failed at last, and does the others", async () => {
    const { queue, failed } = oneWorker();
    expect(await queue.add([3, 5])).toEqual(["shard-3", "shard-5"]);
    const done: number[] = [];
    const told: [number, string][] = [];
    await queue.take({
      work: (shard) => (shard === 3 ? Promise.reject(new Error("no disk")) : Promise.resolve(void done.push(shard))),
      onFailed: (shard, { message }) => Promise.resolve(void told.push([shard, message])),
    });
    expect({ done, told, failed }).toEqual({ done: [5], told: [[3, "no disk"]], failed: [3] });
    await queue.add([3]);
    expect(failed).toEqual([]);
  });

  it("puts back what a worker was at that is stopped", async () => {
    const { queue, waiting, failed } = oneWorker();
    await queue.add([1, 2]);
    const stop = new AbortController();
    const work = () => {
      stop.abort(new Error("stopped"));
      return Promise.reject(new Error("in the middle"));
    };
    const taken = queue.take({ work, onFailed: () => Promise.resolve(), signal: stop.signal });
    await expect(taken).rejects.toThrow("stopped");
    expect(waiting.map(({ shard }) => shard).sort()).toEqual([1, 2]);
    expect(failed).toEqual([]);
  });
});
