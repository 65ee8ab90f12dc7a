import { tableFromArrays, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { writeColumns } from "../../../lib/files/columns";
import { StoredColumns } from "../../../lib/files/read-columns";

const COLUMNS = {
  index: Uint32Array.of(1, 2, 4_000_000_000),
  x: Float32Array.of(0.5, -1, 2),
  y: Float64Array.of(1e300, 0, -0),
  rows: { offsets: Uint32Array.of(0, 2, 2, 3), values: Float64Array.of(1, 2, 3) },
};
const bytes = writeColumns(COLUMNS, { n: "12.5" });
const fileFormat = (...words: string[]): Error =>
  expect.objectContaining({
    code: "ERR_FILE_FORMAT",
    message: expect.stringMatching(["x.arrow", ...words].join("[^]*")),
  }) as Error;

function readAll(from: Uint8Array) {
  const columns = StoredColumns.read(from, "x.arrow");
  return {
    index: columns.column("index", "uint32"),
    x: columns.column("x", "float32"),
    y: columns.column("y", "float64"),
    rows: columns.list("rows", "float64"),
  };
}

describe("the columns of an Arrow file", () => {
  it("come back as they were written, wherever their bytes lie", () => {
    expect(readAll(bytes)).toEqual(COLUMNS);
    const odd = new Uint8Array(bytes.length + 3).subarray(3);
    odd.set(bytes);
    expect(readAll(odd)).toEqual(COLUMNS);
    expect(StoredColumns.read(bytes, "x.arrow").number("n")).toBe(12.5);
  });

  it("are told of by name, type and length when they are others than asked for", () => {
    const columns = StoredColumns.read(bytes, "x.arrow");
    expect(() => columns.column("z", "uint32")).toThrow(fileFormat("z", "uint32", "none"));
    expect(() => columns.column("x", "float64")).toThrow(fileFormat("x", "float64", "float32"));
    expect(() => columns.list("rows", "uint32")).toThrow(fileFormat("rows", "list of uint32", "list of float64"));
    expect(() => columns.number("m")).toThrow(fileFormat("m", "number"));
  });

  it("are not those of a file with several batches, nulls or other types", () => {
    const text = tableToIPC(tableFromArrays({ index: ["a", "b"] }), "file");
    expect(() => StoredColumns.read(text, "x.arrow").column("index", "uint32")).toThrow(
      fileFormat("another type|batch"),
    );
    expect(() => StoredColumns.read(tableToIPC(tableFromArrays({ x: [1] }), "stream"), "x.arrow")).toThrow(
      fileFormat(),
    );
  });

  it("are read, or refused with a code, whatever happened to the bytes", () => {
    const edge = fc.constantFrom(0, 1, 127, 128, 255);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), edge), { minLength: 1, maxLength: 6 }), (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        try {
          readAll(damaged);
        } catch (error) {
          expect(error).toMatchObject({ code: "ERR_FILE_FORMAT" });
        }
      }),
      { numRuns: 5000 },
    );
  });
});
