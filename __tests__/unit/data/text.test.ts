import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readText } from "../../../lib/data/text";
import { collectAll } from "../collect-all";
import { temporaryFiles } from "../temporary-files";

const TEXT = "one\n<|endoftext|>\ntwo\n";
/** TEXT as the programs of these names pack it. */
const XZ =
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAVb25lCjx8ZW5kb2Z0ZXh0fD4KdHdvCgAAAIrjGpjcC7BhAAEuFlYJVd8ftvN9AQAAAAAEWVo=";
const ZSTD = "KLUv/SQWsQAAb25lCjx8ZW5kb2Z0ZXh0fD4KdHdvCjLFXrU=";

const PACKED: readonly (readonly [suffix: string, packed: Buffer])[] = [
  [".gz", gzipSync(TEXT)],
  [".xz", Buffer.from(XZ, "base64")],
  [".zst", Buffer.from(ZSTD, "base64")],
];

const fileOf = (content: Uint8Array, name: string) => join(temporaryFiles({ [name]: content }), name);
const formatError = (name: string) => ({
  code: "ERR_DATASET_FORMAT",
  details: { path: expect.stringContaining(name) },
});

describe("readText", () => {
  it.each(PACKED)("unpacks %s", async (suffix, packed) => {
    expect((await collectAll(readText(fileOf(packed, `a${suffix}`)))).join("")).toBe(TEXT);
  });

  it("reads several .xz files at once", async () => {
    const path = fileOf(PACKED[1]![1], "a.xz");
    const both = await Promise.all([collectAll(readText(path)), collectAll(readText(path))]);
    expect(both.map((pieces) => pieces.join(""))).toEqual([TEXT, TEXT]);
  });

  it.each(PACKED)("refuses a %s that is cut off", async (suffix, packed) => {
    const path = fileOf(packed.subarray(0, packed.length - 12), `a${suffix}`);
    await expect(collectAll(readText(path))).rejects.toMatchObject(formatError(`a${suffix}`));
  });

  it.each([".gz", ".xz", ".zst"])("refuses plain text that is called %s", async (suffix) => {
    await expect(collectAll(readText(fileOf(Buffer.from(TEXT), `a${suffix}`)))).rejects.toMatchObject(
      formatError(`a${suffix}`),
    );
  });

  it.each([
    ["a file without bytes", Buffer.alloc(0)],
    ["data that is damaged", Buffer.from(XZ, "base64").fill(0x41, 28, 30)],
  ])("refuses %s as .xz", async (_, content) => {
    await expect(collectAll(readText(fileOf(content, "a.xz")))).rejects.toMatchObject(formatError("a.xz"));
  });

  it.each([".txt", ".xz"])("refuses a %s that is not there", async (suffix) => {
    await expect(collectAll(readText(`/nowhere/a${suffix}`))).rejects.toMatchObject(formatError(`a${suffix}`));
  });
});
