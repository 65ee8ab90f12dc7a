import { join } from "node:path";
import { readCsv } from "../../../lib/data/csv";
import { collectAll } from "../collect-all";
import { temporaryFiles } from "../temporary-files";

async function read(content: string | Uint8Array, columns?: string[]) {
  return collectAll(readCsv(join(temporaryFiles({ "rows.csv": content }), "rows.csv"), columns));
}

const formatError = (details: object) => ({ code: "ERR_DATASET_FORMAT", details: expect.objectContaining(details) });

describe("readCsv", () => {
  it("takes the names of the columns from the header", async () => {
    const [row] = await read("id,prompt\n7,hello\n");
    expect([row!.text("id"), row!.text("prompt")]).toEqual(["7", "hello"]);
  });

  it("takes the first record for data when the columns are given", async () => {
    const rows = await read("one,A\ntwo,B\n", ["question", "answer"]);
    expect(rows.map((row) => row.text("question") + row.text("answer"))).toEqual(["oneA", "twoB"]);
  });

  it("numbers a record by the line on which it begins, passing over blank lines", async () => {
    const rows = await read('q,a\n"two\nlines",A\none,B\r\n\n"",C\nlast,D');
    expect(rows.map((row) => [row.number, row.text("a")])).toEqual([
      [2, "A"],
      [4, "B"],
      [6, "C"],
      [7, "D"],
    ]);
  });

  it("reads quoted commas, doubled quotes and quotes inside an unquoted value", async () => {
    const [row] = await read('"a, ""b""",the "big" one\n', ["x", "y"]);
    expect([row!.text("x"), row!.text("y")]).toEqual(['a, "b"', 'the "big" one']);
  });

  it("names the line of a record with another number of columns", async () => {
    await expect(read("a,b\n1,2\n1,2,3\n")).rejects.toMatchObject(formatError({ row: 3 }));
  });

  it("refuses a quote that does not end", async () => {
    await expect(read('a,b\n1,2\n"1,2\n3,4\n')).rejects.toMatchObject(formatError({ row: 4 }));
  });

  it("refuses a record that never ends", async () => {
    const refused = read(`a,b\n1,2\n"${"3".repeat(2 ** 24 + 2)}`);
    await expect(refused).rejects.toMatchObject(formatError({ path: expect.stringMatching(/rows\.csv$/) }));
    await expect(refused).rejects.toThrow("maximum");
  });

  it.each([
    ["an empty file", ""],
    ["a header alone", "a,b\n"],
    ["bytes that are not UTF-8", Uint8Array.of(0x61, 0xff)],
  ])("refuses %s", async (_, content) => {
    await expect(read(content)).rejects.toMatchObject(formatError({ path: expect.stringMatching(/rows\.csv$/) }));
  });
});
