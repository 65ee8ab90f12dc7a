import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Model } from "../../lib/model/model";
import { runChild } from "./child";
import { fixture, random } from "./models";

const good = readFileSync(fixture("llama").model);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "corrsteer-models-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function place(bytes: Uint8Array): string {
  const path = join(folder, "model.gguf");
  writeFileSync(path, bytes);
  return path;
}

test.each([
  ["empty", Buffer.alloc(0)],
  ["text", Buffer.from("once upon a time")],
  ["cut in the magic", good.subarray(0, 3)],
  ["cut in the header", good.subarray(0, 20)],
  ["cut in the metadata", good.subarray(0, 1500)],
  ["cut in the tensor list", good.subarray(0, 9000)],
  ["cut in the data", good.subarray(0, good.length / 2)],
  ["cut before the last byte", good.subarray(0, good.length - 64)],
])("refuses a file that is %s", async (_how, bytes) => {
  const path = place(bytes);
  await expect(Model.load(path)).rejects.toMatchObject({ code: "ERR_MODEL_LOAD", details: { path } });
});

test("refuses a path that isn't there, and a folder", async () => {
  await expect(Model.load(join(folder, "none.gguf"))).rejects.toMatchObject({ code: "ERR_MODEL_LOAD" });
  await expect(Model.load(folder)).rejects.toMatchObject({ code: "ERR_MODEL_LOAD" });
});

test("refuses an architecture that llama.cpp doesn't know", async () => {
  const bytes = Buffer.from(good);
  const at = bytes.indexOf("general.architecture") + "general.architecture".length + 12;
  expect(bytes.toString("latin1", at, at + 5)).toBe("llama");
  bytes.write("lhama", at, "latin1");
  await expect(Model.load(place(bytes))).rejects.toMatchObject({ code: "ERR_MODEL_LOAD" });
});

test("refuses a device that isn't there", async () => {
  await expect(Model.load(fixture("llama").model, { device: "abacus" })).rejects.toMatchObject({
    code: "ERR_OUT_OF_RANGE",
  });
});

test("damaged headers end in an error or a working model, never in a crash", async () => {
  const next = random(42);
  const files = Array.from({ length: 120 }, (_, i) => {
    const bytes = Buffer.from(good);
    for (let flips = 0; flips < 1 + (i % 3); flips++) bytes[Math.floor(next() * 4096)]! ^= 1 << Math.floor(next() * 8);
    const file = join(folder, `flipped-${i}.gguf`);
    writeFileSync(file, bytes);
    return file;
  });
  const script = `(async () => {
    for (const file of ${JSON.stringify(files)}) {
      require("node:fs").writeSync(1, file + "\\n");
      try {
        const model = await Model.load(file);
        const engine = await model.createEngine({ threads: 1, contextTokens: 256 });
        await engine.run({ prompt: Int32Array.of(1, 2, 3), branches: [{ maxTokens: 2 }] });
        await model.dispose();
      } catch (error) {
        if (!error.code || error.code === "ERR_INTERNAL") throw error;
      }
    }
  })()`;
  const { stdout, ...ending } = await runChild(script, { timeoutMs: 50_000 });
  const last = stdout.trim().split("\n").at(-1);
  expect({ ...ending, last }).toEqual({ code: 0, signal: null, stderr: "", last: files.at(-1) });
});
