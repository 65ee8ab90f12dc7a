import { readFileSync } from "node:fs";
import type { EngineOptions } from "../../lib/model/options";
import { Model } from "../../lib/model/model";
import { type Golden, fixture, nmse, openReference, randomTokens, sharedGolden, spool } from "../native/models";

/** Bound of the normalised mean squared error; behind it what was measured, the worst layer and way, on x86-64. */
const goldens: [name: string, golden: Golden | undefined, bound: number][] = [
  ["shared llama", sharedGolden("llama"), 1e-10], // 1.3e-12
  ["shared gemma2", sharedGolden("gemma2"), 1e-6], // 9.1e-8
  ["llama", fixture("llama"), 1e-11], // 2.7e-13
  ["qwen3", fixture("qwen3"), 1e-11], // 2.3e-13
  ["gemma3", fixture("gemma3"), 1e-7], // 8.4e-9
  ["gpt2", fixture("gpt2"), 1e-6], // 9.9e-8
];

const ways: [name: string, options: EngineOptions, others: number][] = [
  ["in one batch", {}, 0],
  ["in micro-batches of 7", { microBatchTokens: 7 }, 0],
  ["token by token", { batchTokens: 1 }, 0],
  ["with 8 other sequences", { batchTokens: 64, microBatchTokens: 48 }, 8],
];

/** Rows of layers -1 to nLayer - 1, and logits, of every position. */
async function rowsOf(model: Model, tokens: Int32Array, options: EngineOptions, others: number) {
  const engine = await model.createEngine({ contextTokens: 2048, threads: 2, kvType: "f32", ...options });
  const layers = Array.from({ length: model.info.nLayer + 1 }, (_, i) => i - 1);
  const store = spool(model.info.nEmbd, layers);
  try {
    const company = Array.from({ length: others }, (_, i) =>
      engine.run({ prompt: randomTokens(i, 20 + i), branches: [{ maxTokens: 30 }, { maxTokens: 5 }] }),
    );
    const capture = { spool: store, slot: 0, positions: "prompt" as const };
    const [result] = await Promise.all([
      engine.run({ prompt: tokens, branches: [{ maxTokens: 0, capture, logits: "prompt" }] }),
      ...company,
    ]);
    const rows = await Promise.all(layers.map((layer) => store.rows(layer, 0)));
    return { rows, logits: result.branches[0]!.logits };
  } finally {
    await engine.dispose();
    await store.dispose();
  }
}

describe.each(goldens)("%s", (_name, golden, bound) => {
  // Other checkouts have no shared folder.
  const testOrSkip = golden ? test : test.skip;
  let model: Model;
  beforeAll(async () => {
    if (golden) model = await Model.load(golden.model);
  });
  afterAll(() => golden && model.dispose());

  testOrSkip.each(ways)("gives the reference's rows and logits %s", async (_way, options, others) => {
    const reference = await openReference(golden!);
    const tokens = await reference.readInt32("token_ids");

    const { rows, logits } = await rowsOf(model, tokens, options, others);

    const errors = [nmse(logits, await reference.readFloat32("logits"))];
    for (const [layer, row] of rows.slice(1).entries()) {
      errors.push(nmse(row, await reference.readFloat32(`resid_post.${layer}`)));
    }
    expect(Math.max(...errors)).toBeLessThanOrEqual(bound);
    reference.close();
  });
});

// Embeddings are scaled by the square root of n_embd in Gemma, 8 here, and not in the others.
const embeddings: [name: string, scale: number][] = [
  ["llama", 1],
  ["qwen3", 1],
  ["gemma3", 8],
];

test.each(embeddings)("layer -1 of %s is the file's embedding times %d", async (name, scale) => {
  const model = await Model.load(fixture(name).model);
  const file = readFileSync(fixture(name).model);
  const tokens = randomTokens(1, 40);

  const { rows } = await rowsOf(model, tokens, {}, 0);

  const rowBytes = (i: number) => Buffer.from(rows[0]!.slice(i * 64, (i + 1) * 64).map((x) => x / scale).buffer);
  const table = file.indexOf(rowBytes(0)) - tokens[0]! * 256; // where row 0 of the float32 table begins
  for (let i = 0; i < tokens.length; i++) {
    const at = table + tokens[i]! * 256;
    expect(rowBytes(i).equals(file.subarray(at, at + 256))).toBe(true);
  }
  await model.dispose();
});
