import { readFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { chunkFromArrow, chunkToArrow } from "../../../lib/run/chunk";
import { sparseRows } from "../../support/rows";

const NO_LIMITS = { dSae: Infinity, nSamples: Infinity };
const dense = [
  [0, 1.5, 0, 2],
  [0, 0, 0, 0],
  [0.25, 0, 0, 0],
];

describe("a chunk of activations", () => {
  it("is an Arrow table with sample, indices and values, which any Arrow reader reads", () => {
    const table = tableFromIPC(chunkToArrow({ firstSample: 40, ...sparseRows(dense) }));
    expect(table.schema.fields.map(String)).toEqual([
      "sample: Uint32",
      "indices: List<Uint32>",
      "values: List<Float32>",
    ]);
    expect(table.toArray().map((row): unknown => JSON.parse(JSON.stringify(row)))).toEqual([
      { sample: 40, indices: [1, 3], values: [1.5, 2] },
      { sample: 41, indices: [], values: [] },
      { sample: 42, indices: [0], values: [0.25] },
    ]);
  });

  it("keeps the steer pooling only where it differs", () => {
    const half = dense.map((row) => row.map((x) => x / 2));
    const chunk = chunkFromArrow(chunkToArrow({ firstSample: 0, ...sparseRows(dense, half) }), "x", NO_LIMITS);
    expect([...chunk.steerValues]).toEqual([0.75, 1, 0.125]);
    const same = chunkFromArrow(chunkToArrow({ firstSample: 0, ...sparseRows(dense) }), "x", NO_LIMITS);
    expect(same.steerValues).toBe(same.values);
  });

  it("comes back as it was, whatever it holds", () => {
    const row = fc.array(fc.oneof(fc.constant(0), fc.float({ min: Math.fround(1e-3), max: 100, noNaN: true })), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.nat(1e6), (rows, firstSample) => {
        const chunk = { firstSample, ...sparseRows(rows) };
        expect(chunkFromArrow(chunkToArrow(chunk), "x", NO_LIMITS)).toEqual(chunk);
      }),
    );
  });

  it("says which file is not one", () => {
    const bytes = readFileSync(__filename);
    expect(() => chunkFromArrow(bytes, "layer-01.arrow", NO_LIMITS)).toThrow(
      expect.objectContaining({ code: "ERR_FILE_FORMAT", message: expect.stringContaining("layer-01.arrow") }),
    );
  });
});
