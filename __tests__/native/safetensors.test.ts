import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAddon } from "../../lib/native/load";

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "corrsteer-safetensors-"))));
afterEach(() => rm(folder, { recursive: true }));

async function write(header: object, data: Uint8Array): Promise<string> {
  const path = join(folder, "file.safetensors");
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(path, Buffer.concat([length, json, data]));
  return path;
}

test("reads tensors, their shapes and the metadata", async () => {
  const path = await write(
    {
      __metadata__: { made: "here" },
      ids: { dtype: "I64", shape: [2], data_offsets: [0, 16] },
      rows: { dtype: "F32", shape: [2, 1], data_offsets: [16, 24] },
    },
    Buffer.concat([Buffer.from(BigInt64Array.of(7n, -8n).buffer), Buffer.from(Float32Array.of(1.5, -2).buffer)]),
  );
  const file = await loadAddon().openSafetensors(path);
  expect(file.metadata).toEqual({ made: "here" });
  expect(file.tensors).toEqual([
    { name: "ids", dtype: "I64", shape: [2], offset: 156 },
    { name: "rows", dtype: "F32", shape: [2, 1], offset: 172 },
  ]);
  expect(await file.readInt32("ids")).toEqual(Int32Array.of(7, -8));
  expect(await file.readFloat32("rows")).toEqual(Float32Array.of(1.5, -2));
  await expect(async () => file.readFloat32("ids")).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  await expect(async () => file.readFloat32("other")).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  file.close();
  await expect(async () => file.readFloat32("rows")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
});

test("refuses a file whose header lies, and one that is not there", async () => {
  const path = await write({ rows: { dtype: "F32", shape: [3], data_offsets: [0, 12] } }, new Uint8Array(8));
  await expect(async () => loadAddon().openSafetensors(path)).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  await expect(async () => loadAddon().openSafetensors(folder)).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  await expect(async () => loadAddon().openSafetensors(join(folder, "none"))).rejects.toMatchObject({
    code: "ERR_FILE_FORMAT",
  });
});
