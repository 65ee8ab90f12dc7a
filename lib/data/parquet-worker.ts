// parquet-worker.js: reads the Parquet file that it is made with, a group of rows each time it is asked, in a thread of its
// own: a file that wants all memory ends that alone.
import { parentPort, workerData } from "node:worker_threads";

type Value = Record<string, unknown>;

/** Snappy makes of three bytes sixty-four at most. */
const MOST_TIMES_LARGER = 32;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

async function* groupsOf(path: string): AsyncGenerator<Value[]> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, snappyUncompress } = await import("hyparquet");
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const compressors = {
    SNAPPY: (packed: Uint8Array, sizeBytes: number) => {
      if (sizeBytes > MOST_TIMES_LARGER * packed.length) throw new Error("a page that cannot be as large as it says");
      const page = new Uint8Array(sizeBytes);
      snappyUncompress(packed, page);
      return page;
    },
  };
  const parsers = { stringFromBytes: (bytes: Uint8Array | undefined) => bytes && decoder.decode(bytes) };
  let rowStart = 0;
  for (const { num_rows: nRows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(nRows);
    const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors, parsers });
    yield rows.map((row) => plain(row) as Value);
    rowStart = rowEnd;
  }
}

/** 64-bit integers as numbers, where they are any: JSON has no others. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return BigInt(Number(value)) === value ? Number(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (value?.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

const groups = groupsOf(workerData as string);
parentPort!.on("message", () => {
  void groups.next().then(
    ({ done, value }) => parentPort!.postMessage(done ? {} : { rows: value }),
    (error: unknown) => parentPort!.postMessage({ problem: (error as Error).message }),
  );
});
