import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readJsonl } from "../../../lib/data/jsonl";
import { collectAll } from "../collect-all";
import { temporaryFiles } from "../temporary-files";

async function read(content: string | Uint8Array, name = "rows.jsonl") {
  return collectAll(readJsonl(join(temporaryFiles({ [name]: content }), name)));
}

const formatError = (details: object) => ({ code: "ERR_DATASET_FORMAT", details: expect.objectContaining(details) });

describe("readJsonl", () => {
  it("gives each object with its line, blank lines and line ends of either kind aside", async () => {
    const rows = await read('{"a":"one"}\r\n\n{"a":"two"}\n{"a":"three"}');
    expect(rows.map((row) => [row.number, row.text("a")])).toEqual([
      [1, "one"],
      [3, "two"],
      [4, "three"],
    ]);
  });

  it("unpacks .gz", async () => {
    const rows = await read(gzipSync('{"a":"packed"}\n'), "rows.jsonl.gz");
    expect(rows.map((row) => row.text("a"))).toEqual(["packed"]);
  });

  it("keeps characters whole that lie across two reads of the file", async () => {
    const long = "é".repeat(100_001); // the file is read in pieces of 64 KiB
    const [row] = await read(`{"a":"${long}"}`);
    expect(row!.text("a")).toBe(long);
  });

  it("passes over a byte order mark", async () => {
    const [row] = await read('\uFEFF{"a":"x"}');
    expect(row!.text("a")).toBe("x");
  });

  it.each([
    ["text that is not JSON", '{"a":"x"}\n{"a":', 2],
    ["a list", '{"a":"x"}\n\n["x"]', 3],
    ["null", "null", 1],
  ])("names the line of %s", async (_, content, row) => {
    await expect(read(content)).rejects.toMatchObject(
      formatError({ path: expect.stringMatching(/rows\.jsonl$/), row }),
    );
  });

  it.each([
    ["an empty file", "", "rows.jsonl"],
    ["a file of blank lines", "\n \n", "rows.jsonl"],
    ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "rows.jsonl"],
    ["text that ends inside a character", Uint8Array.of(0xc3), "rows.jsonl"],
    ["plain text named .gz", '{"a":"x"}', "rows.jsonl.gz"],
    ["a cut off .gz", gzipSync('{"a":"x"}').subarray(0, 20), "rows.jsonl.gz"],
  ])("refuses %s", async (_, content, name) => {
    await expect(read(content, name)).rejects.toMatchObject(formatError({ path: expect.stringContaining(name) }));
  });

  it("refuses a line that never ends, before it takes what a packed file unpacks to", async () => {
    const packed = gzipSync(Buffer.alloc(2 ** 26, "{"));
    await expect(read(packed, "rows.jsonl.gz")).rejects.toMatchObject(
      formatError({ path: expect.stringContaining("rows.jsonl.gz"), row: 1 }),
    );
  });

  it("refuses a file that is not there", async () => {
    await expect(collectAll(readJsonl("/nowhere/rows.jsonl"))).rejects.toMatchObject(
      formatError({ path: "/nowhere/rows.jsonl" }),
    );
  });
});
