import { stat } from "node:fs/promises";
import { systemReason } from "../errors";
import { datasetError } from "./dataset-error";
import { ParquetThread } from "./parquet/thread";
import { Row } from "./row";

/**
 * The rows of Parquet files in order, numbered from 1 through all of them. Integers are numbers, lists and structs arrays
 * and objects.
 *
 * @throws ERR_DATASET_FORMAT for a file that is none, is compressed with another codec than Snappy, would take much more
 * memory than its size, or has no rows
 */
export async function* readParquet(paths: readonly string[]): AsyncGenerator<Row> {
  const sizes = await Promise.all(paths.map(sizeOf));
  await using thread = new ParquetThread(Math.max(...sizes));
  let number = 0;
  for (const path of paths) for await (const values of thread.rowsOf(path)) yield new Row(path, ++number, values);
  if (number === 0) throw datasetError({ path: paths.join(", ") }, "expected at least one row, found none");
}

async function sizeOf(path: string): Promise<number> {
  const { size } = await stat(path).catch((error: unknown) => {
    throw datasetError({ path }, `expected a Parquet file: ${systemReason(error)}`, error);
  });
  return size;
}
