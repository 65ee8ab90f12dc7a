import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readParquet } from "../../../lib/data/parquet";
import {
  parseParquet,
  replaceData,
  restateOffsets,
  writeParquet,
  type ParquetLayout,
} from "../../support/parquet-layout";
import { BINARY, fieldOf, I32, STRUCT, type Item, type Struct } from "../../support/thrift";
import { collectAll } from "../collect-all";
import { temporaryFiles } from "../temporary-files";

const FILE = join(__dirname, "../../fixtures/data-sets/hub/TIGER-Lab/MMLU-Pro/data/test-00000-of-00001.parquet");
const BYTES = readFileSync(FILE);
const read = (...paths: string[]) => collectAll(readParquet(paths));
const fileOf = (bytes: Uint8Array) => join(temporaryFiles({ "a.parquet": bytes }), "a.parquet");

it("gives the rows of all row groups, numbered through several files", async () => {
  const rows = await read(FILE, FILE);
  expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const [, second] = rows;
  expect([second!.integer("question_id", 0, 99), second!.text("question")]).toEqual([71, "Question 71?"]);
  expect(second!.texts("options")).toEqual(["yes", "no", "maybe"]);
  expect(rows[4]!.integer("question_id", 0, Infinity)).toBe(Number.MAX_SAFE_INTEGER);
});

/** The footer says how large pages are; the page's own header says so too, and is believed. */
const withByte = (at: number, value: number) => Buffer.from(BYTES).fill(value, at, at + 1);

it.each([
  ["text", Buffer.from("question,answer\n")],
  ["nothing", Buffer.alloc(0)],
  ["half of a file", BYTES.subarray(0, BYTES.length / 2)],
  ["the end of a file", BYTES.subarray(BYTES.length / 2)],
  ["a page of another kind", withByte(5, 0xff)],
])("refuses %s, naming the file", async (_, bytes) => {
  const path = fileOf(bytes);
  await expect(read(path)).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT", details: { path } });
});

it("refuses a file that is not there", async () => {
  const path = join(__dirname, "none.parquet");
  await expect(read(path)).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT", details: { path } });
});

const FIXTURES = join(__dirname, "../../fixtures/parquet");
const fixture = (name: string) => join(FIXTURES, `${name}.parquet`);

it.each(["snappy", "plain", "dictionary", "pages-2", "pages-2-plain", "delta"])("reads %s.parquet", async (name) => {
  const rows = await read(fixture(name));
  expect(rows.map((row) => row.text("question"))).toEqual([0, 1, 2, 3, 4, 5].map((i) => `Question ${i}?`));
  expect(rows.map((row) => row.integer("answer", 0, 2))).toEqual([0, 1, 2, 0, 1, 2]);
  expect(rows.slice(0, 3).map((row) => row.optionalText("subject"))).toEqual(["anatomy", undefined, "history"]);
  expect(rows[3]!.record("choices").texts("text")).toEqual(["yes", "no", "maybe"]);
});

/** Fields of FileMetaData, RowGroup, ColumnMetaData and PageHeader. */
const [ROW_GROUPS, COLUMNS, NUM_ROWS, PATH, DATA_PAGE_OFFSET] = [4, 1, 3, 3, 9];
const [TYPE, DATA_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2, NUM_VALUES, ENCODING] = [1, 5, 7, 8, 1, 2];
const V2 = 3n;
const [DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT] = [7n, 9n];
const set = (struct: Struct, id: number, value: Item["value"]) => (fieldOf(struct, id)!.value = value);
const structAt = (struct: Struct, id: number) => fieldOf(struct, id)!.value as Struct;
const groupOf = ({ footer }: ParquetLayout) => (fieldOf(footer, ROW_GROUPS)!.value as Item[])[0]!.value as Struct;

const wrongHeader = (layout: ParquetLayout) => {
  const { header } = layout.chunks[0]!.pages[0]!;
  const fields = [2n ** 31n - 1n, 0n, 4n, 0n, 0n, 0n].map((value, i) => ({ id: i + 1, type: I32, value }));
  header.fields.push({ id: DATA_PAGE_V2, type: STRUCT, value: { fields } });
  set(header, TYPE, V2);
  restateOffsets(layout);
};
const setPage = (layout: ParquetLayout, id: number, value: bigint) => {
  set(structAt(layout.chunks[0]!.pages[0]!.header, DATA_PAGE), id, value);
  restateOffsets(layout);
};
const samePath = ({ chunks: [first, second] }: ParquetLayout) =>
  set(second!.column, PATH, fieldOf(first!.column, PATH)!.value);
const samePlace = ({ chunks: [first, second] }: ParquetLayout) =>
  set(second!.column, DATA_PAGE_OFFSET, fieldOf(first!.column, DATA_PAGE_OFFSET)!.value);
const twoFailures = ({ chunks: [first, second] }: ParquetLayout) => {
  first!.pages[0]!.data.fill(0xff);
  set(second!.column, PATH, [{ type: BINARY, value: Buffer.from("none") }]);
};

it.each<[string, (layout: ParquetLayout) => unknown]>([
  ["a column that comes twice", samePath],
  ["columns in the same place", samePlace],
  ["two failures at once", twoFailures],
  ["more rows than values", (layout) => set(groupOf(layout), NUM_ROWS, 2n ** 40n)],
  ["fewer rows than none", (layout) => set(groupOf(layout), NUM_ROWS, -1n)],
  ["a group without columns", (layout) => set(groupOf(layout), COLUMNS, [])],
  ["a page of more values than memory holds", (layout) => setPage(layout, NUM_VALUES, 2n ** 31n - 1n)],
  ["a page of the other version, with a header of each", wrongHeader],
  ["values that are made of those before", (layout) => setPage(layout, ENCODING, DELTA_BYTE_ARRAY)],
  ["values in streams of bytes", (layout) => setPage(layout, ENCODING, BYTE_STREAM_SPLIT)],
])("refuses %s", async (_, change) => {
  const layout = parseParquet(readFileSync(fixture("plain")));
  change(layout);
  const path = fileOf(writeParquet(layout));
  await expect(read(path)).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT", details: { path } });
});

/** A file of one column in rows that all have the same text: the dictionary's, by a run of indices of so many bits. */
function sameText(name: string, text: string, nRows: number, run: readonly number[], nValues = nRows): string {
  const layout = parseParquet(readFileSync(fixture(name)));
  const group = groupOf(layout);
  (fieldOf(layout.footer, ROW_GROUPS)!.value as Item[]).splice(1);
  set(group, NUM_ROWS, BigInt(nRows));
  set(group, COLUMNS, (fieldOf(group, COLUMNS)!.value as Item[]).slice(0, 1));
  layout.chunks.splice(1);
  const [dictionary, page] = layout.chunks[0]!.pages;
  set(structAt(dictionary!.header, DICTIONARY_PAGE), NUM_VALUES, 1n);
  replaceData(dictionary!, Buffer.concat([u32(text.length), Buffer.from(text)]));
  set(structAt(page!.header, DATA_PAGE), NUM_VALUES, BigInt(nValues));
  const levels = Buffer.of(...varint(2 * nValues), 1);
  replaceData(page!, Buffer.concat([u32(levels.length), levels, Buffer.from(run)]));
  restateOffsets(layout);
  return fileOf(writeParquet(layout));
}
const u32 = (value: number) => Buffer.of(value, value >> 8, value >> 16, value >> 24);
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);

it("reads a text that many rows have", async () => {
  const rows = await read(sameText("dictionary", "the same", 5000, [1, ...varint(10_000), 0]));
  expect(rows).toHaveLength(5000);
  expect(rows[4999]!.text("question")).toBe("the same");
});

it.each([
  ["rows that only the dictionary has values for", sameText("dictionary", "the same", 4, [1, ...varint(8), 0], 3)],
  [
    "rows that have a long text a thousand times",
    sameText("dictionary", "x".repeat(2 ** 20), 1000, [1, ...varint(2000), 0]),
  ],
  ["more indices than there are rows", sameText("dictionary", "the same", 4, [1, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0])],
])("refuses %s", async (_, path) => {
  await expect(read(path)).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT", details: { path } });
});
