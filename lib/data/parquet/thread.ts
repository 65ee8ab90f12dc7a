import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { errorCode } from "../../errors";
import { datasetError } from "../dataset-error";
import type { Values } from "./groups";
import type { Said } from "./worker";

/** As it was built, whether this file runs from lib/ or from dist/. */
const WORKER = join(__dirname, "..", "..", "..", "dist", "data", "parquet", "worker.js");

/** What reading takes of memory: the program, and what the rows of a file become. */
const BASE_MEGABYTES = 32;
const TIMES_FILE = 16;
/** For a group of rows: a minute, and for each MiB of the file a second. */
const BASE_PATIENCE_MS = 60_000;
const PATIENCE_MS = 1000;

/** What a thread is ended for, by the code of its end. */
const LIMITS: Readonly<Record<string, (of: Limits) => string>> = {
  ERR_WORKER_OUT_OF_MEMORY: ({ memoryMegabytes }) => `of less than ${memoryMegabytes} MiB in memory`,
  ABORT_ERR: ({ patienceMs }) => `within ${Math.round(patienceMs / 1000)} s`,
};
interface Limits {
  readonly memoryMegabytes: number;
  readonly patienceMs: number;
}

/** Reads Parquet files in a thread of its own: one that wants all memory, or has no end, ends that alone. */
export class ParquetThread {
  private worker: Worker | undefined;
  private readonly limits: Limits;

  constructor(largestBytes: number, patienceMs?: number) {
    const megabytes = largestBytes / 2 ** 20;
    this.limits = {
      memoryMegabytes: BASE_MEGABYTES + Math.ceil(TIMES_FILE * megabytes),
      patienceMs: patienceMs ?? BASE_PATIENCE_MS + Math.ceil(PATIENCE_MS * megabytes),
    };
  }

  /** The rows of a file that is no larger than was said. @throws ERR_DATASET_FORMAT */
  async *rowsOf(path: string): AsyncGenerator<Values> {
    for (let next: string | undefined = path; ; next = undefined) {
      const { rows, problem } = await this.ask(path, next);
      if (problem !== undefined) throw datasetError({ path }, `expected a Parquet file: ${problem}`);
      if (rows === undefined) return;
      yield* rows;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.worker?.terminate();
    this.worker = undefined;
  }

  private async ask(path: string, next: string | undefined): Promise<Said> {
    const { memoryMegabytes: maxOldGenerationSizeMb } = this.limits;
    const worker = (this.worker ??= new Worker(WORKER, { resourceLimits: { maxOldGenerationSizeMb } }));
    worker.postMessage(next);
    try {
      const [said] = (await once(worker, "message", { signal: AbortSignal.timeout(this.limits.patienceMs) })) as [Said];
      return said;
    } catch (error) {
      await this[Symbol.asyncDispose]();
      const expected = LIMITS[errorCode(error) ?? ""]?.(this.limits);
      throw expected === undefined ? error : datasetError({ path }, `expected rows ${expected}`, error);
    }
  }
}
