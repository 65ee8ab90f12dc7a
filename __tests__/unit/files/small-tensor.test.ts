import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readNumbers } from "../../../lib/files/small-tensor";
import type { Dtype } from "../../../lib/native/tensor-place";
import { formatRefusal } from "../../support/containers";
import { temporaryFolder } from "../../support/temporary-folder";

const path = join(temporaryFolder(), "numbers");

async function read(dtype: Dtype, shape: number[], data: ArrayBufferView): Promise<number[]> {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  writeFileSync(path, Buffer.concat([Buffer.alloc(3), bytes]));
  return [...(await readNumbers({ name: "b", path, offset: 3, dtype, shape, transposed: false }))];
}

it("reads a number of no axis", async () => {
  expect(await read("F32", [], Float32Array.of(-1.5))).toEqual([-1.5]);
});

it("reads halves: normal, subnormal and none", async () => {
  const bits = Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x7bff, 0x0400, 0x03ff, 0x8001, 0x8000, 0xfc00, 0x7e00);
  expect(await read("F16", [10], bits)).toEqual([
    ...[1, -2, 0.333251953125, 65504, 2 ** -14, 1023 * 2 ** -24, -(2 ** -24), -0, -Infinity, NaN],
  ]);
});

it("reads the upper half of floats", async () => {
  expect(await read("BF16", [4], Uint16Array.of(0x3f80, 0xc040, 0x7f80, 0x0001))).toEqual([1, -3, Infinity, 2 ** -133]);
});

it("reads whole numbers of 64 bits", async () => {
  expect(await read("I64", [2], BigInt64Array.of(-5n, 2n ** 40n))).toEqual([-5, 2 ** 40]);
});

it("refuses what a file has not, what is not small, and floats of eight bits", async () => {
  await expect(read("F32", [2], Float32Array.of(1))).rejects.toEqual(formatRefusal("numbers", "ends before byte 11"));
  await expect(read("F32", [4096, 4096], Float32Array.of(1))).rejects.toEqual(formatRefusal("tensor b", "4096 x 4096"));
  await expect(read("F32", [-1], Float32Array.of(1))).rejects.toEqual(formatRefusal("tensor b", "-1"));
  await expect(read("F8_E5M2", [1], Uint8Array.of(1))).rejects.toEqual(formatRefusal("tensor b", "F8_E5M2"));
});
