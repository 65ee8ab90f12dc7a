import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { systemReason } from "../errors";
import { datasetError } from "./dataset-error";
import { Row } from "./row";

/** As it was built, whether this file runs from lib/ or from dist/. */
const WORKER = join(__dirname, "..", "..", "dist", "data", "parquet-worker.js");

/** What reading takes of memory: the program, and what the rows of a file become. */
const BASE_MEGABYTES = 256;
const TIMES_FILE = 16;

interface Said {
  /** Undefined at the end. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  readonly problem?: string;
}

/**
 * The rows of Parquet files in order, numbered from 1 through all of them. Integers are numbers, lists and structs arrays
 * and objects.
 *
 * @throws ERR_DATASET_FORMAT for a file that is none, is compressed with another codec than Snappy, or has no rows
 */
export async function* readParquet(paths: readonly string[]): AsyncGenerator<Row> {
  let number = 0;
  for (const path of paths) for await (const values of rowsOf(path)) yield new Row(path, ++number, values);
  if (number === 0) throw datasetError({ path: paths.join(", ") }, "expected at least one row, found none");
}

async function* rowsOf(path: string): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw datasetError({ path }, `expected a Parquet file: ${systemReason(error)}`, error);
  });
  const maxOldGenerationSizeMb = BASE_MEGABYTES + Math.ceil((TIMES_FILE * size) / 2 ** 20);
  const worker = new Worker(WORKER, { workerData: path, resourceLimits: { maxOldGenerationSizeMb } });
  try {
    for (;;) {
      worker.postMessage("more");
      const [{ rows, problem }] = (await once(worker, "message")) as [Said];
      if (problem !== undefined) throw datasetError({ path }, `expected a Parquet file: ${problem}`);
      if (rows === undefined) return;
      yield* rows;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_OUT_OF_MEMORY") throw error;
    throw datasetError({ path }, `expected rows of less than ${maxOldGenerationSizeMb} MiB in memory`, error);
  } finally {
    await worker.terminate();
  }
}
