import type { AsyncBuffer, RowGroup } from "hyparquet" with { "resolution-mode": "import" };
import { Budget } from "./budget";
import { columnsOf, countValues, type Column } from "./pages";
import { unpackSnappy } from "./snappy";

/** A row of a Parquet file. */
export type Values = Readonly<Record<string, unknown>>;

/** Snappy makes of three bytes sixty-four at most. */
const MOST_TIMES_LARGER = 32;
/** No data set of questions has as many columns. */
const MOST_COLUMNS = 1000;
/** A row of text takes more bytes than it has values; a value that repeats takes none. */
const VALUES_A_BYTE = 16;
const MORE_VALUES = 2 ** 16;
/** Of a text that stands in a file once, and in many rows. */
const TIMES_FILE = 16;
const MORE_BYTES = 2 ** 24;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const parsers = { stringFromBytes: (bytes: Uint8Array | undefined) => bytes && decoder.decode(bytes) };
const compressors = {
  SNAPPY: (packed: Uint8Array, sizeBytes: number) => {
    if (sizeBytes > MOST_TIMES_LARGER * packed.length) throw new Error("a page that cannot be as large as it says");
    return unpackSnappy(packed, sizeBytes);
  },
};

/**
 * The rows of a Parquet file, a group of them at a time.
 *
 * @throws Error for one that is damaged, or whose rows would take many times more memory than it has bytes
 */
export async function* groupsOf(path: string): AsyncGenerator<Values[]> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const { schema, row_groups: groups } = metadata;
  if (schema.length > MOST_COLUMNS) throw new Error(`more than ${MOST_COLUMNS} columns`);
  const values = new Budget(VALUES_A_BYTE * file.byteLength + MORE_VALUES, "values");
  const bytes = new Budget(TIMES_FILE * file.byteLength + MORE_BYTES, "bytes of text");
  let rowStart = 0;
  for (const group of groups) {
    const columns = columnsOf(group, file.byteLength);
    const held = await hold(file, columns);
    const rowEnd = rowStart + (await countRows(held, group, columns, values));
    const rows = await parquetReadObjects({ file: held, metadata, rowStart, rowEnd, compressors, parsers });
    yield rows.map((row) => plain(row, bytes) as Values);
    rowStart = rowEnd;
  }
}

/** The file as far as these columns go, read once. */
async function hold(file: AsyncBuffer, columns: readonly Column[]): Promise<AsyncBuffer> {
  const [first, last] = [columns.at(0), columns.at(-1)];
  if (!first || !last) throw new Error("a group without columns");
  const bytes = await file.slice(first.begin, last.end);
  const slice = (begin: number, end = last.end) => bytes.slice(begin - first.begin, end - first.begin);
  return { byteLength: file.byteLength, slice };
}

async function countRows(
  file: AsyncBuffer,
  group: RowGroup,
  columns: readonly Column[],
  budget: Budget,
): Promise<number> {
  const nRows = Number(group.num_rows);
  if (!Number.isSafeInteger(nRows) || nRows < 0) throw new Error(`a group of ${group.num_rows} rows`);
  for (const column of columns) {
    const nValues = await countValues(file, column, budget);
    if (nValues < nRows) throw new Error(`a column of ${nValues} values in a group of ${nRows} rows`);
  }
  return nRows;
}

/** 64-bit integers as numbers, where they are any: JSON has no others. */
function plain(value: unknown, budget: Budget): unknown {
  if (typeof value === "string") budget.take(value.length);
  if (typeof value === "bigint") return BigInt(Number(value)) === value ? Number(value) : value;
  if (Array.isArray(value)) return value.map((item) => plain(item, budget));
  if (value?.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item, budget)]));
}
