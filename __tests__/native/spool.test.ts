import { tmpdir } from "node:os";
import { join } from "node:path";
import { Model } from "../../lib/model/model";
import type { NativeSpool } from "../../lib/native/addon";
import { loadAddon } from "../../lib/native/load";
import { Sae } from "../../lib/sae/sae";
import { readSafetensors } from "../support/read-safetensors";

const FIXTURES = join(__dirname, "..", "fixtures");
const N_EMBD = 64;
const SLOTS = 3;

const golden = readSafetensors(join(FIXTURES, "llama.safetensors"));
const tokens = golden.readInt32("token_ids");

let spool: NativeSpool;
let sae: Sae;

/** Rows of layers -1 and 1 for three prompts of different lengths, most of them beyond the spool's memory. */
beforeAll(async () => {
  sae = await Sae.load(join(FIXTURES, "saes", "llama", "blocks.1.hook_resid_post"));
  const layers = Int32Array.of(1, -1);
  spool = loadAddon().createSpool({ layers, nEmbd: N_EMBD, memoryBytes: 10 * N_EMBD * 4, directory: tmpdir() });
  await using model = await Model.load(join(FIXTURES, "llama.gguf"));
  const engine = await model.createEngine({ kvType: "f32", threads: 1 });
  const capture = (slot: number) => ({ spool, slot, positions: "prompt" as const });
  const runs = Array.from({ length: SLOTS }, (_, slot) => {
    const prompt = tokens.slice(0, tokens.length - slot);
    return engine.run({ prompt, branches: [{ maxTokens: 1, capture: capture(slot) }] });
  });
  await Promise.all(runs);
});

afterAll(async () => {
  await spool.dispose();
  await sae.dispose();
});

test("keeps the rows of each slot in order of position", async () => {
  const rows = await spool.rows(1, 1);
  const expected = golden.readFloat32("resid_post.1").slice(0, (tokens.length - 1) * N_EMBD);
  expect(rows.length).toBe(expected.length);
  const power = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  expect(power(rows.map((value, i) => value - expected[i]!)) / power(expected)).toBeLessThan(1e-6);
  expect((await spool.rows(-1, 0)).length).toBe(tokens.length * N_EMBD);
  expect(await spool.rows(1, 77)).toHaveLength(0);
});

test("pools a slot as encoding its rows and pooling does", async () => {
  const ends = Int32Array.of(1000, 5, 0);
  const pooled = await spool.encode(1, sae.native, Int32Array.of(2, 0, 1), ends, ["max", "mean"]);
  expect(pooled.offsets).toHaveLength(SLOTS + 1);
  expect(pooled.offsets[3]).toBe(pooled.offsets[2]); // no rows

  const rows = (await spool.rows(1, 0)).slice(0, 5 * N_EMBD);
  const activations = await sae.encode(rows);
  const ofFeature = (j: number) => Array.from({ length: 5 }, (_, row) => activations[row * sae.dSae + j]!);
  const firing = Array.from({ length: sae.dSae }, (_, j) => j).filter((j) => Math.max(...ofFeature(j)) > 0);
  const [begin, end] = pooled.offsets.slice(1, 3);
  expect([...pooled.indices.slice(begin, end)]).toEqual(firing);
  firing.forEach((j, i) => {
    expect(pooled.values[0]![begin! + i]).toBeCloseTo(Math.max(...ofFeature(j)), 4);
    expect(pooled.values[1]![begin! + i]).toBeCloseTo(ofFeature(j).reduce((sum, value) => sum + value, 0) / 5, 4);
  });
});

test("keeps all positions of prompt and answer but a beginning-of-sequence token in front", async () => {
  await using model = await Model.load(join(FIXTURES, "llama.gguf"));
  const engine = await model.createEngine({ kvType: "f32", threads: 1 });
  const all = loadAddon().createSpool({
    layers: Int32Array.of(1),
    nEmbd: N_EMBD,
    memoryBytes: 2 ** 20,
    directory: tmpdir(),
  });
  const read = async (prompt: Int32Array, slot: number, positions: "all" | "prompt") => {
    const branch = { forcedTokens: tokens.slice(0, 3), capture: { spool: all, slot, positions } };
    await engine.run({ prompt, branches: [branch] });
    return all.rows(1, slot);
  };
  const prompt = tokens.filter((token) => token !== model.info.bosToken);
  expect(await read(prompt, 0, "all")).toHaveLength((prompt.length + 2) * N_EMBD);
  const begun = Int32Array.of(model.info.bosToken!, ...prompt);
  const rows = await read(begun, 1, "all");
  expect(rows).toHaveLength((prompt.length + 2) * N_EMBD);
  const ofPrompt = (await read(begun, 2, "prompt")).slice(N_EMBD);
  ofPrompt.forEach((value, i) => expect(rows[i]).toBeCloseTo(value, 3));
  await all.dispose();
});

test("has the same rows without logits, of which nothing is left that a later run could share", async () => {
  await using model = await Model.load(join(FIXTURES, "llama.gguf"));
  const options = { threads: 1, microBatchTokens: 16, batchTokens: 32 };
  const answered = { maxTokens: 4 };
  const prompt = Int32Array.from([...tokens, ...tokens.slice(1)]);
  const fresh = await (await model.createEngine(options)).run({ prompt, branches: [answered] });
  for (const layers of [[0, 1], [3]]) {
    const engine = await model.createEngine(options);
    const kept = loadAddon().createSpool({
      ...{ layers: Int32Array.from(layers), nEmbd: N_EMBD, memoryBytes: 2 ** 20, directory: tmpdir() },
    });
    const asked = (slot: number, logits?: "prompt") =>
      engine.run({
        prompt,
        branches: [{ maxTokens: 0, capture: { spool: kept, slot, positions: "prompt" }, ...(logits && { logits }) }],
      });
    await asked(0, "prompt");
    await Promise.all([asked(1), asked(2)]);
    const [beside] = await Promise.all([engine.run({ prompt, branches: [answered] }), asked(3)]);
    for (const layer of layers) {
      const expected = await kept.rows(layer, 0);
      expect(expected).toHaveLength(prompt.length * N_EMBD);
      for (const slot of [1, 2, 3]) {
        const rows = await kept.rows(layer, slot);
        const difference = Math.hypot(...rows.map((value, i) => value - expected[i]!)) / Math.hypot(...expected);
        expect(difference).toBeLessThan(1e-4); // products of other rows beside them
      }
    }
    for (const { branches } of [beside, await engine.run({ prompt, branches: [answered] })])
      expect(branches[0]!.tokens).toEqual(fresh.branches[0]!.tokens);
    await kept.dispose();
  }
});

test("pools the coordinates themselves without an SAE: all of them, of either sign", async () => {
  const ends = Int32Array.of(5, 0);
  const pooled = await spool.encode(1, undefined, Int32Array.of(0, 1), ends, ["max", "mean"]);
  const rows = await spool.rows(1, 0);
  const column = (j: number) => Array.from({ length: 5 }, (_, row) => rows[row * N_EMBD + j]!);
  expect([...pooled.offsets]).toEqual([0, N_EMBD, N_EMBD]);
  expect([...pooled.indices]).toEqual(Array.from({ length: N_EMBD }, (_, j) => j));
  expect(pooled.values[0]).toEqual(Float32Array.from({ length: N_EMBD }, (_, j) => Math.max(...column(j))));
  expect(pooled.values[0]!.some((value) => value < 0)).toBe(true);
  pooled.values[1]!.forEach((mean, j) => expect(mean).toBeCloseTo(column(j).reduce((a, b) => a + b) / 5, 5));
});

test("pools the residual rows of a slot in double, with their norms; no rows pool to zeros", async () => {
  const pooled = await spool.pool(1, Int32Array.of(0, 77, 1), Int32Array.of(5, 5, 0));
  const rows = (await spool.rows(1, 0)).slice(0, 5 * N_EMBD);
  const mean = new Float64Array(N_EMBD);
  rows.forEach((value, k) => (mean[k % N_EMBD]! += value));
  expect(pooled.means.slice(0, N_EMBD)).toEqual(mean.map((sum) => sum / 5));
  expect(pooled.means.slice(N_EMBD)).toEqual(new Float64Array(2 * N_EMBD));
  const norms = [0, 1, 2, 3, 4].map((row) => Math.hypot(...rows.subarray(row * N_EMBD, (row + 1) * N_EMBD)));
  expect(pooled.normSums[0]).toBeCloseTo(
    norms.reduce((a, b) => a + b),
    10,
  );
  expect([...pooled.normSums.slice(1)]).toEqual([0, 0]);
  expect([...pooled.rows]).toEqual([5, 0, 0]);
  await expect(spool.pool(0, Int32Array.of(0), Int32Array.of(1))).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await expect(spool.pool(1, Int32Array.of(0), Int32Array.of(-1))).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await expect(spool.pool(1, Int32Array.of(0), Int32Array.of())).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
  });
});

test("refuses layers it does not keep, ends below 0, lists that differ in length and unknown poolings", async () => {
  const encode = (layer: number, slots: number[], ends: number[], pooling = "max") =>
    spool.encode(layer, sae.native, Int32Array.from(slots), Int32Array.from(ends), [pooling as "max"]);
  await expect(spool.rows(0, 0)).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await expect(encode(0, [0], [1])).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await expect(encode(1, [0], [-1])).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await expect(encode(1, [0, 1], [1])).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  expect(() => void encode(1, [0], [1], "sum")).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
});

test("refuses an SAE of another width, and one that was disposed of", async () => {
  const narrow = loadAddon().createSpool({ layers: Int32Array.of(0), nEmbd: 32, memoryBytes: 0, directory: tmpdir() });
  const none = new Int32Array();
  await expect(narrow.encode(0, sae.native, none, none, ["max"])).rejects.toMatchObject({ code: "ERR_SHAPE_MISMATCH" });
  await narrow.dispose();
  expect(() => void narrow.rows(0, 0)).toThrow(expect.objectContaining({ code: "ERR_DISPOSED" }));
  const gone = await Sae.load(join(FIXTURES, "saes", "llama", "blocks.1.hook_resid_post"));
  await gone.dispose();
  expect(() => void spool.encode(1, gone.native, none, none, ["max"])).toThrow(
    expect.objectContaining({ code: "ERR_DISPOSED" }),
  );
});

test("finishes encoding when disposed of meanwhile", async () => {
  const brief = loadAddon().createSpool({
    layers: Int32Array.of(1),
    nEmbd: N_EMBD,
    memoryBytes: 0,
    directory: tmpdir(),
  });
  const encoding = brief.encode(1, sae.native, Int32Array.of(0, 1), Int32Array.of(1, 1), ["mean"]);
  await brief.dispose();
  expect((await encoding).offsets).toEqual(Uint32Array.of(0, 0, 0));
});
