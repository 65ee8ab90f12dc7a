import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { collect } from "../../lib/collect/collect";
import { evaluate } from "../../lib/evaluate/evaluate";
import { modelIdentity } from "../../lib/model/identity";
import { Model } from "../../lib/model/model";
import type { ModelOptions } from "../../lib/model/options";
import { rank } from "../../lib/rank/rank";
import { findSaes } from "../../lib/sae/set";
import { select } from "../../lib/select/select";
import { loadSteering } from "../../lib/steering/load-steering";
import { f32, type Layout, parse, string, type Tensor, TYPE, write } from "../support/gguf-layout";
import { temporaryFolder } from "../support/temporary-folder";
import { parityTask, TINY_MODEL, TINY_SAES, tinySamples } from "../support/tiny-task";
import { fixture, nmse, random, randomTokens, runOne } from "./models";

const folder = temporaryFolder();
const base = parse(readFileSync(fixture("llama").model));
const prompt = randomTokens(11, 40);
const ALPHA = 6;
const RANK = 4;
const ADAPTED = base.tensors
  .map(({ name }) => name)
  .filter((name) => /(attn_\w|attn_output|ffn_\w+)\.weight$/.test(name) && !name.includes("norm"));

const text = (key: string, value: string) => ({ key, type: TYPE.string, value: string(value) });

function matrix(name: string, extents: readonly number[], seed: number): Tensor {
  const next = random(seed);
  const values = Float32Array.from({ length: extents[0]! * extents[1]! }, () => (next() - 0.5) / 2);
  return { name, extents: extents.map(BigInt), type: 0, data: Buffer.from(values.buffer) };
}

function extentsOf(name: string): [number, number] {
  return base.tensors.find((tensor) => tensor.name === name)!.extents.map(Number) as [number, number];
}

/** An adapter of all matrices of the blocks. */
function adapter(): Layout {
  const tensors = ADAPTED.flatMap((name, i) => {
    const [nIn, nOut] = extentsOf(name);
    return [matrix(`${name}.lora_a`, [nIn, RANK], 2 * i), matrix(`${name}.lora_b`, [RANK, nOut], 2 * i + 1)];
  });
  const entries = [
    text("general.type", "adapter"),
    text("general.architecture", "llama"),
    text("adapter.type", "lora"),
    { key: "adapter.lora.alpha", type: TYPE.f32, value: f32(ALPHA) },
  ];
  return { version: 3, alignment: 32, entries, tensors };
}

const floats = ({ data }: Tensor) => new Float32Array(Uint8Array.from(data).buffer);

/** The model with W + scale * alpha / rank * B A in place of each W. */
function merged({ tensors }: Layout, scale: number): Layout {
  const adapted = base.tensors.map((tensor) => {
    const a = tensors.find(({ name }) => name === `${tensor.name}.lora_a`);
    const b = tensors.find(({ name }) => name === `${tensor.name}.lora_b`);
    if (!a || !b) return tensor;
    const [nIn] = extentsOf(tensor.name);
    const [one, other] = [floats(a), floats(b)];
    const weights = floats(tensor).map((weight, i) => {
      const [row, column] = [Math.floor(i / nIn), i % nIn];
      let sum = 0;
      for (let r = 0; r < RANK; r++) sum += other[row * RANK + r]! * one[r * nIn + column]!;
      return weight + ((scale * ALPHA) / RANK) * sum;
    });
    return { ...tensor, data: Buffer.from(weights.buffer) };
  });
  return { ...base, tensors: adapted };
}

function saved(name: string, layout: Layout): string {
  const path = join(folder, `${name}.gguf`);
  writeFileSync(path, write(layout));
  return path;
}

async function logits(path: string, options: ModelOptions, products: "fastest" | "llama.cpp"): Promise<Float32Array> {
  await using model = await Model.load(path, options);
  const engine = await model.createEngine({ threads: 2, contextTokens: 512, kvType: "f32", products });
  return (await runOne(engine, prompt, { logits: "prompt", maxTokens: 1 })).logits;
}

const whole = saved("adapter", adapter());

test.each(["fastest", "llama.cpp"] as const)(
  "with an adapter a model has the logits of merged weights, products %s",
  async (products) => {
    for (const scale of [1, 0.5]) {
      const expected = await logits(saved("merged", merged(adapter(), scale)), {}, products);
      const actual = await logits(fixture("llama").model, { adapters: [`${whole}:${scale}`] }, products);
      expect(nmse(actual, expected)).toBeLessThan(1e-6);
      expect(nmse(await logits(fixture("llama").model, {}, products), expected)).toBeGreaterThan(1e-2);
    }
    const twice = await logits(fixture("llama").model, { adapters: [`${whole}:0.25`, `${whole}:.75`] }, products);
    const once = await logits(fixture("llama").model, { adapters: [whole] }, products);
    expect(nmse(twice, once)).toBeLessThan(1e-6);
  },
);

test("an adapter of scale 0 changes no bit", async () => {
  const none = await logits(fixture("llama").model, {}, "fastest");
  expect(await logits(fixture("llama").model, { adapters: [`${whole}:0`] }, "fastest")).toEqual(none);
});

test("adapters are part of what a model is", async () => {
  await using plain = await Model.load(fixture("llama").model);
  await using adapted = await Model.load(fixture("llama").model, { adapters: [`${whole}:0.5`] });
  const identity = await modelIdentity(plain);
  expect(identity).not.toHaveProperty("adapters");
  const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
  expect(await modelIdentity(adapted)).toEqual({ ...identity, adapters: [{ sha256, scale: 0.5 }] });
});

test("a run goes on, is selected on and evaluated with the adapters that it was collected with", async () => {
  const directory = join(folder, "run");
  const saes = await findSaes(TINY_SAES);
  const on = <T>(adapters: string[], work: (model: Model) => Promise<T>): Promise<T> =>
    Model.load(TINY_MODEL, { adapters }).then((model) => work(model).finally(() => model.dispose()));
  const room = { directory, engine: { threads: 1, contextTokens: 1024 } };
  const collected = (model: Model) => collect(model, saes, parityTask, { ...room, samples: tinySamples(12) });
  const selected = (model: Model) =>
    select(model, saes, parityTask, { ...room, samples: [], variants: ["S"], significance: "none" });
  const others = [[], [`${whole}:0.25`], [whole, whole]];

  await on([`${whole}:0.5`], collected);
  for (const adapters of others) {
    await expect(on(adapters, collected)).rejects.toMatchObject({ code: "ERR_RUN_MISMATCH" });
  }
  await on([`${whole}:0.5`], collected);
  await rank(directory, { permutations: 0, bootstrap: 0 });
  for (const adapters of others) {
    await expect(on(adapters, selected)).rejects.toMatchObject({ code: "ERR_RUN_MISMATCH" });
  }
  const [profile] = await on([`${whole}:0.5`], selected);
  const warned = async (adapters: string[]) => {
    const warnings: string[] = [];
    await on(adapters, (model) => loadSteering(profile!.path, model, { onWarning: (text) => warnings.push(text) }));
    const options = { ...room, samples: tinySamples(4), profiles: [profile!.profile], seed: 1 };
    expect((await on(adapters, (model) => evaluate(model, parityTask, options))).warnings).toEqual(warnings);
    return warnings;
  };
  expect(await warned([`${whole}:0.5`])).toEqual([]);
  expect(await warned([])).toEqual([expect.stringMatching(/at scale 0.5, the model has no LoRA adapter$/)]);
});

describe("refuses", () => {
  const changed = (change: (layout: Layout) => void): Buffer => {
    const layout = adapter();
    change(layout);
    return write(layout);
  };
  const entry = (layout: Layout, key: string) => layout.entries.find((each) => each.key === key)!;
  const tensor = (layout: Layout, end: string) =>
    layout.tensors.find(({ name }) => name === `blk.1.attn_q.weight${end}`)!;

  test.each<[string, Buffer]>([
    ["what is no GGUF", Buffer.from("not a GGUF file at all")],
    ["an empty file", Buffer.alloc(0)],
    ["a model", readFileSync(fixture("llama").model)],
    ["half a file", write(adapter()).subarray(0, 20_000)],
    ["another architecture", changed((all) => (entry(all, "general.architecture").value = string("qwen3")))],
    ["another kind of adapter", changed((all) => (entry(all, "adapter.type").value = string("ia3")))],
    [
      "a number for a text",
      changed((all) => Object.assign(entry(all, "adapter.type"), { type: TYPE.f32, value: f32(1) })),
    ],
    [
      "a text for alpha",
      changed((all) => Object.assign(entry(all, "adapter.lora.alpha"), { type: TYPE.string, value: string("6") })),
    ],
    [
      "an A for other rows",
      changed((all) => Object.assign(tensor(all, ".lora_a"), matrix("blk.1.attn_q.weight.lora_a", [32, RANK], 1))),
    ],
    [
      "a B of another rank",
      changed((all) => Object.assign(tensor(all, ".lora_b"), matrix("blk.1.attn_q.weight.lora_b", [3, 64], 1))),
    ],
    ["an A without B", changed((all) => all.tensors.splice(all.tensors.indexOf(tensor(all, ".lora_b")), 1))],
    [
      "a tensor that the model has not",
      changed((all) => all.tensors.push(matrix("blk.9.attn_q.weight.lora_a", [64, RANK], 1))),
    ],
    ["a norm", changed((all) => all.tensors.push(matrix("blk.0.attn_norm.weight", [64, 1], 1)))],
    ["whole numbers", changed((all) => (tensor(all, ".lora_a").type = 26))],
    ["no tensors", changed((all) => (all.tensors = []))],
  ])("%s as an adapter", async (_, bytes) => {
    const path = join(folder, "bad.gguf");
    writeFileSync(path, bytes);
    await expect(Model.load(fixture("llama").model, { adapters: [path] })).rejects.toMatchObject({
      code: "ERR_MODEL_LOAD",
      details: { path },
    });
  });

  test("an adapter of an embedding that is the output too, and of no other", async () => {
    const ofEmbedding = (architecture: string, [nEmbd, nVocab]: readonly number[]) => {
      const tensors = [
        matrix("token_embd.weight.lora_a", [RANK, nVocab!], 1),
        matrix("token_embd.weight.lora_b", [RANK, nEmbd!], 2),
      ];
      const layout = { ...adapter(), tensors };
      entry(layout, "general.architecture").value = string(architecture);
      return saved(architecture, layout);
    };
    const embedding = await logits(
      fixture("llama").model,
      { adapters: [ofEmbedding("llama", extentsOf("token_embd.weight"))] },
      "fastest",
    );
    expect(embedding.every(Number.isFinite)).toBe(true);
    const tied = parse(readFileSync(fixture("gemma3").model)).tensors.find(({ name }) => name === "token_embd.weight")!;
    const path = ofEmbedding("gemma3", tied.extents.map(Number));
    await expect(Model.load(fixture("gemma3").model, { adapters: [path] })).rejects.toMatchObject({
      code: "ERR_MODEL_LOAD",
      message: expect.stringContaining("output as well") as string,
    });
  });

  test("an adapter that is not there, and what is no list of them", async () => {
    const load = (adapters: never) => Model.load(fixture("llama").model, { adapters });
    await expect(load([join(folder, "none.gguf")] as never)).rejects.toMatchObject({ code: "ERR_MODEL_LOAD" });
    await expect(load("adapter.gguf" as never)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    await expect(load([""] as never)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  });
});
