import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeSafetensors } from "../../../lib/files/safetensors";
import { readSafetensors } from "../../support/read-safetensors";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

describe("writeSafetensors", () => {
  it("writes tensors whole or in pieces, with metadata, data 8-byte aligned", async () => {
    const path = join(folder, "whole.safetensors");
    await writeSafetensors(
      path,
      [
        { name: "rows", dtype: "F32", shape: [2, 3], data: [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6.5)] },
        { name: "ids", dtype: "I32", shape: [3], data: Int32Array.of(-1, 0, 2 ** 31 - 1) },
        { name: "nothing", dtype: "F32", shape: [0, 4], data: new Float32Array() },
      ],
      { site: "resid_post" },
    );
    const file = readSafetensors(path);
    expect(file.tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }))).toEqual([
      { name: "rows", dtype: "F32", shape: [2, 3] },
      { name: "ids", dtype: "I32", shape: [3] },
      { name: "nothing", dtype: "F32", shape: [0, 4] },
    ]);
    expect(file.metadata).toEqual({ site: "resid_post" });
    expect([...file.readFloat32("rows")]).toEqual([1, 2, 3, 4, 5, 6.5]);
    expect([...file.readInt32("ids")]).toEqual([-1, 0, 2 ** 31 - 1]);
    expect(Number(readFileSync(path).readBigUInt64LE()) % 8).toBe(0);
    expect(statSync(path).size).toBe(8 + Number(readFileSync(path).readBigUInt64LE()) + 24 + 12);
  });

  it("writes the bits of 16-bit floats", async () => {
    const path = join(folder, "half.safetensors");
    await writeSafetensors(path, [{ name: "x", dtype: "BF16", shape: [3], data: Uint16Array.of(1, 2, 0xffff) }]);
    expect(readSafetensors(path).tensors).toMatchObject([{ name: "x", dtype: "BF16", shape: [3] }]);
    expect([...readFileSync(path).subarray(-6)]).toEqual([1, 0, 2, 0, 255, 255]);
  });

  it("writes a view of a larger array, not the array", async () => {
    const path = join(folder, "view.safetensors");
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    await writeSafetensors(path, [{ name: "x", dtype: "F32", shape: [2], data }]);
    expect([...readSafetensors(path).readFloat32("x")]).toEqual([1, 2]);
  });

  it.each([
    ["data that does not fill the shape", { name: "x", dtype: "F32", shape: [3], data: Float32Array.of(1, 2) }],
    ["data of another type", { name: "x", dtype: "F32", shape: [1], data: Int32Array.of(1) }],
    ["the reserved name", { name: "__metadata__", dtype: "F32", shape: [1], data: Float32Array.of(1) }],
  ] as const)("rejects %s and leaves no file", async (_, tensor) => {
    const path = join(folder, "bad.safetensors");
    await expect(writeSafetensors(path, [tensor])).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    expect(existsSync(path)).toBe(false);
  });
});
