import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readParquet } from "../../../lib/data/parquet";
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
