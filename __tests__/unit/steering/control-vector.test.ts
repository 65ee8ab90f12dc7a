import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { f32, ggufHeader, ggufOfRows } from "../../../lib/files/gguf-writer";
import { exportControlVector } from "../../../lib/steering/control-vector/export";
import { readControlVector } from "../../../lib/steering/control-vector/file";
import { CONTROL_VECTOR, vectorsProfile } from "../../support/control-vector";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const at = (name: string) => join(folder, `${name}.gguf`);
const GENERATED_ONLY = expect.stringMatching(/at every token/) as string;

/** A file of rows of these names, each of as many ones. */
function written(name: string, sizes: Readonly<Record<string, number>>): string {
  const rows = Object.entries(sizes).map(([name, n]) => ({ name, data: new Float32Array(n).fill(1) }));
  writeFileSync(at(name), Buffer.concat([...ggufOfRows([], rows)]));
  return at(name);
}

describe("a control vector", () => {
  it("is written as the file that the core test gives to llama.cpp", async () => {
    await exportControlVector(vectorsProfile([1, 2, 3]), at("fixture"));
    expect(readFileSync(at("fixture"))).toEqual(readFileSync(CONTROL_VECTOR));
  });

  it("comes back as the vectors that it was made of", async () => {
    const { vectors } = vectorsProfile([1, 3]);
    const exported = await exportControlVector(vectorsProfile([1, 3]), at("same"));
    expect(exported).toEqual({ path: at("same"), layers: [1, 3], losses: [GENERATED_ONLY] });
    expect(await readControlVector(at("same"))).toEqual(vectors);
  });

  it("says what it has no place for", async () => {
    const { layers, losses } = await exportControlVector(vectorsProfile([-1, 0, 2]), at("lossy"));
    expect(layers).toEqual([2]);
    expect(losses).toEqual([
      expect.stringMatching(/^the input of block 0 has/),
      expect.stringMatching(/^the output of block 0 has/),
      GENERATED_ONLY,
    ]);
    await expect(exportControlVector(vectorsProfile([-1, 0]), at("nothing"))).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
    });
  });

  it("is scaled", async () => {
    const profile = vectorsProfile([2]);
    await exportControlVector(profile, at("scaled"), { scale: -0.5 });
    const { rows } = await readControlVector(at("scaled"));
    expect(rows).toEqual(profile.vectors.rows.map((value) => -0.5 * value));
  });

  it("sums what is added at one layer, and says what no control vector can say", async () => {
    const { vectors, ...profile } = vectorsProfile([1, 1, 2, 3]);
    const always = { scale: 1, from: null, to: null };
    const operations = [
      always,
      { ...always, scale: 0.5 },
      { ...always, from: 0, to: 4 },
      { ...always, when: { probe: 0, above: 1 } },
    ];
    const probes = [{ layer: 1, bias: 0, normalization: "none" as const }];
    const asked = { ...profile, version: 3 as const, operations, probes };
    const { layers, losses } = await exportControlVector(
      { ...asked, vectors: { ...vectors, probes: new Float32Array(64) } },
      at("summed"),
    );

    expect(layers).toEqual([1, 2]);
    expect(losses).toEqual([
      expect.stringMatching(/^the output of block 2: .* part of the text/),
      expect.stringMatching(/^the output of block 3: .* condition/),
      GENERATED_ONLY,
    ]);
    const { rows } = await readControlVector(at("summed"));
    expect(rows[1]).toBeCloseTo(1.5 * vectors.rows[1]!, 6);
  });

  it("has its layers one earlier in the count of llama.cpp's generator", async () => {
    const numbering = "cvector-generator" as const;
    const { layers, losses } = await exportControlVector(vectorsProfile([0, 2, 3]), at("shifted"), { numbering });
    expect(layers).toEqual([0, 2]); // direction.4 would be no layer of a model of 4
    expect(losses).toEqual([
      expect.stringMatching(/^the output of block 3 has/),
      expect.stringMatching(/one block after/),
      GENERATED_ONLY,
    ]);
    expect([...(await readControlVector(at("shifted"), { numbering })).layers]).toEqual([0, 2]);
    expect([...(await readControlVector(at("shifted"))).layers]).toEqual([1, 3]);
  });

  it("may have its vectors in any order", async () => {
    const { layers } = await readControlVector(written("order", { "direction.10": 8, "direction.2": 8 }));
    expect([...layers]).toEqual([2, 10]);
  });

  it.each([
    ["a vector of layer 0", { "direction.0": 8, "direction.1": 8 }],
    ["a tensor of another name", { "direction.1": 8, weights: 8 }],
    ["vectors of two lengths", { "direction.1": 8, "direction.2": 16 }],
    ["a layer twice", { "direction.1": 8, "direction.01": 8 }],
    ["no vector", {}],
  ])("is refused with %s", async (what, sizes) => {
    await expect(readControlVector(written(what, sizes))).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  });

  it("is refused where it is cut, lies of where its data are, or has a value that is no number", async () => {
    const whole = readFileSync(CONTROL_VECTOR);
    const refused = async (bytes: Buffer, code: string) => {
      writeFileSync(at("damaged"), bytes);
      await expect(readControlVector(at("damaged"))).rejects.toMatchObject({ code });
    };
    await refused(whole.subarray(0, whole.length - 4), "ERR_FILE_FORMAT");
    await refused(whole.subarray(0, 100), "ERR_FILE_FORMAT");
    await refused(Buffer.concat([whole.subarray(0, -4), f32(NaN)]), "ERR_NON_FINITE");
    const huge = { name: "direction.1", extents: [2 ** 40], type: 0, sizeBytes: 32 };
    await refused(ggufHeader([], [huge]), "ERR_FILE_FORMAT");
    const halves = { name: "direction.1", extents: [16], type: 1, sizeBytes: 32 };
    await refused(Buffer.concat([ggufHeader([], [halves]), Buffer.alloc(32)]), "ERR_FILE_FORMAT");
    const first = whole.indexOf("direction.2") + "direction.2".length + 4 + 8 + 4;
    await refused(Buffer.concat([whole.subarray(0, first), Buffer.alloc(8), whole.subarray(first + 8)]), "ERR_FILE_FORMAT"); // prettier-ignore
  });
});
