import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NativeSafetensors } from "../../lib/native/addon";
import { loadAddon } from "../../lib/native/load";
import { Sae } from "../../lib/sae/sae";

const FIXTURES = join(__dirname, "..", "fixtures", "saes");
const SHARED = join(__dirname, "..", "..", "..", "shared");
const FORMATS = [
  "standard-v1",
  "standard-v5",
  "standard-layer-norm-v6",
  "standard-constant-norm-v6",
  "topk-as-standard-v5",
  "topk-v6",
  "topk-rescaled-v6",
  "gated-v5",
  "gated-v6",
  "jumprelu-v5",
  "jumprelu-v6",
];
const LAYER_1 = join(FIXTURES, "llama", "blocks.1.hook_resid_post");

/** The same features fire, and the error's norm is 1e-5 of the activations'. */
function expectSameActivations(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  const active = (values: Float32Array) => [...values.keys()].filter((i) => values[i] !== 0);
  expect(active(actual)).toEqual(active(expected));
  expect(nmse(actual, expected)).toBeLessThanOrEqual(1e-10);
}

function nmse(actual: Float32Array, expected: Float32Array): number {
  const power = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  return power(actual.map((value, i) => value - expected[i]!)) / power(expected);
}

describe("against SAELens' formulas", () => {
  let golden: NativeSafetensors;
  beforeAll(async () => (golden = await loadAddon().openSafetensors(join(FIXTURES, "formats", "golden.safetensors"))));
  afterAll(() => golden.close());

  test.each(FORMATS)("encodes %s", async (name) => {
    await using sae = await Sae.load(join(FIXTURES, "formats", name));
    expectSameActivations(await sae.encode(await golden.readFloat32("rows")), await golden.readFloat32(`acts.${name}`));
  });

  test.each(["f16", "bf16", "q8_0"] as const)("keeps the encoder as %s, smaller and close", async (weightType) => {
    const path = join(FIXTURES, "formats", "standard-v1");
    await using exact = await Sae.load(path);
    await using sae = await Sae.load(path, { weightType });
    expect(sae.sizeBytes).toBeLessThan(exact.sizeBytes);
    const actual = await sae.encode(await golden.readFloat32("rows"));
    expect(nmse(actual, await golden.readFloat32("acts.standard-v1"))).toBeLessThan(1e-3);
  });
});

const golden = join(SHARED, "golden", "smollm2-sae-encode.safetensors");
const describeShared = existsSync(golden) ? describe : describe.skip;

describeShared("against SAELens itself, on a real SAE (skipped without ../shared)", () => {
  test("encodes layer 14 of SmolLM2", async () => {
    const file = await loadAddon().openSafetensors(golden);
    const saes = join(SHARED, "models", "smollm2-135m-instruct", "saes");
    await using sae = await Sae.load(join(saes, "blocks.14.hook_resid_post"));
    expectSameActivations(await sae.encode(await file.readFloat32("rows")), await file.readFloat32("acts"));
  });
});

test("gives decoder rows as the file has them", async () => {
  await using sae = await Sae.load(LAYER_1);
  const file = await loadAddon().openSafetensors(join(LAYER_1, "sae_weights.safetensors"));
  const stored = await file.readFloat32("W_dec");
  const rows = await sae.decoderRows([255, 3]);
  expect(rows.slice(0, 64)).toEqual(stored.slice(255 * 64));
  expect(rows.slice(64)).toEqual(stored.slice(3 * 64, 4 * 64));
  await expect(sae.decoderRows([256])).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
});

test("encodes no rows to none, and refuses what is not whole rows or not finite", async () => {
  await using sae = await Sae.load(LAYER_1);
  expect(await sae.encode(new Float32Array(0))).toHaveLength(0);
  await expect(sae.encode(new Float32Array(65))).rejects.toMatchObject({ code: "ERR_SHAPE_MISMATCH" });
  await expect(sae.encode(new Float32Array(64).fill(NaN))).rejects.toMatchObject({ code: "ERR_NON_FINITE" });
  await expect(sae.encode([1] as unknown as Float32Array)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
});

test("finishes what runs when disposed of, and refuses all later calls", async () => {
  const sae = await Sae.load(LAYER_1);
  const running = sae.encode(new Float32Array(64 * 2000));
  const disposed = sae.dispose();
  expect(await running).toHaveLength(256 * 2000);
  await disposed;
  await sae.dispose();
  await expect(sae.encode(new Float32Array(64))).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  await expect(sae.decoderRows([0])).rejects.toMatchObject({ code: "ERR_DISPOSED" });
});

test("refuses options outside their lists and ranges, and an aborted signal", async () => {
  const load = (options: object) => Sae.load(LAYER_1, options);
  await expect(load({ weightType: "q4_0" })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  await expect(load({ threads: 0 })).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await expect(load({ device: "abacus" })).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await expect(load({ signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
});

describe("of damaged files", () => {
  let folder: string;
  let weights: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "corrsteer-sae-"));
    weights = join(folder, "sae_weights.safetensors");
    await cp(LAYER_1, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("refuses one that ends early", async () => {
    await writeFile(weights, (await readFile(weights)).subarray(0, 5000));
    await expect(Sae.load(folder)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
  });

  test("refuses NaN", async () => {
    const bytes = await readFile(weights);
    bytes.writeFloatLE(NaN, bytes.length - 4);
    await writeFile(weights, bytes);
    await expect(Sae.load(folder)).rejects.toMatchObject({ code: "ERR_NON_FINITE" });
  });

  test("refuses another width than its configuration says", async () => {
    const config = await readFile(join(folder, "cfg.json"), "utf8");
    await writeFile(join(folder, "cfg.json"), config.replace('"d_in": 64', '"d_in": 32'));
    await expect(Sae.load(folder)).rejects.toMatchObject({ code: "ERR_SHAPE_MISMATCH" });
  });

  test.each<[string, string, number]>([
    ["an activation that overflows", "W_enc", 3e38],
    ["a decoder bias that overflows an activation", "b_dec", 3e38],
  ])("refuses %s, by its feature", async (_what, tensor, value) => {
    await cp(join(FIXTURES, "formats", "standard-v1"), folder, { recursive: true });
    const bytes = await readFile(weights);
    const data = 8 + Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString("utf8", 8, data)) as Record<string, { data_offsets: [number, number] }>;
    const [begin, end] = header[tensor]!.data_offsets;
    for (let at = begin; at < end; at += 4) bytes.writeFloatLE(value, data + at);
    await writeFile(weights, bytes);
    await using sae = await Sae.load(folder);
    const rows = new Float32Array(64).fill(20);
    await expect(sae.encode(rows)).rejects.toMatchObject({
      code: "ERR_NON_FINITE",
      details: { feature: expect.any(Number) },
    });
  });
});
