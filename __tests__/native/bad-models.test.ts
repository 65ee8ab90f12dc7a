import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Model } from "../../lib/model/model";
import { array, elementsOf, f32, fitData, parse, string, TYPE, u32, write, type Layout } from "../support/gguf-layout";
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

/** A fixture, changed, written and opened. */
async function load(change: (layout: Layout) => void, name = "llama"): Promise<Model> {
  const layout = parse(readFileSync(fixture(name).model));
  change(layout);
  return Model.load(place(write(layout)));
}

function set({ entries }: Layout, key: string, type: number, value: Buffer): void {
  const entry = entries.find((each) => each.key === key);
  if (entry) Object.assign(entry, { type, value });
  else entries.push({ key, type, value });
}

function setTokens(layout: Layout, change: (tokens: Buffer[]) => void): void {
  const entry = layout.entries.find(({ key }) => key === "tokenizer.ggml.tokens")!;
  const { type, elements } = elementsOf(entry.value);
  change(elements);
  entry.value = array(type, elements);
}

function retype(layout: Layout, name: string, type: number): void {
  const tensor = layout.tensors.find((each) => each.name === name)!;
  tensor.type = type;
  fitData(tensor);
}

/** Makes it another architecture's, as far as keys go, with sizes of recurrent blocks. */
function rename(layout: Layout, architecture: string, sizes: Readonly<Record<string, number>> = {}): void {
  for (const entry of layout.entries) entry.key = entry.key.replace(/^llama[.]/, `${architecture}.`);
  set(layout, "general.architecture", TYPE.string, string(architecture));
  for (const [name, value] of Object.entries(sizes)) set(layout, `${architecture}.ssm.${name}`, TYPE.u32, u32(value));
}

const number = (key: string, value: number) => (layout: Layout) => set(layout, key, TYPE.u32, u32(value));

/** Every so many blocks one attends. */
const interval = (architecture: string, value: number) => (file: Layout) => {
  rename(file, architecture);
  set(file, `${architecture}.full_attention_interval`, TYPE.u32, u32(value));
};

// Each of these would end the process, or hang it, inside llama.cpp.
test.each<[string, (layout: Layout) => void]>([
  ["tokenizer.ggml.model", (file) => set(file, "tokenizer.ggml.model", TYPE.string, string("none"))],
  ["tokenizer.ggml.tokens", (file) => setTokens(file, (tokens) => (tokens[7] = tokens[8]!))],
  [
    "tokenizer.ggml.tokens",
    (file) => {
      set(file, "tokenizer.ggml.model", TYPE.string, string("rwkv"));
      setTokens(file, (tokens) => tokens.splice(0, tokens.length, string("ab"), string("\\n")));
    },
  ],
  [
    "tokenizer.ggml.token_type",
    (file) => {
      set(file, "tokenizer.ggml.model", TYPE.string, string("bert"));
      set(file, "tokenizer.ggml.token_type", TYPE.array, array(TYPE.i32, Array<Buffer>(300).fill(u32(6))));
    },
  ],
  [
    "tokenizer.ggml.bos_token_id",
    (file) => {
      set(file, "tokenizer.ggml.pre", TYPE.string, string("glm4"));
      set(file, "tokenizer.ggml.add_bos_token", TYPE.bool, Buffer.of(1));
      file.entries = file.entries.filter(({ key }) => key !== "tokenizer.ggml.bos_token_id");
    },
  ],
  ["llama.block_count", number("llama.block_count", 0)],
  ["llama.block_count", number("llama.block_count", 513)],
  ["llama.nextn_predict_layers", number("llama.nextn_predict_layers", 5)],
  ["llama.expert_count", number("llama.expert_count", 1025)],
  ["llama.expert_used_count", number("llama.expert_count", 4)],
  ["llama.expert_used_count", number("llama.expert_used_count", 1)],
  ["llama.expert_group_count", number("llama.expert_group_count", 2)],
  ["llama.attention.head_count_kv", number("llama.attention.head_count_kv", 3)],
  ["llama.attention.value_length", number("llama.attention.value_length", 8)],
  ["llama.rope.scaling.type", (file) => set(file, "llama.rope.scaling.type", TYPE.string, string("cubic"))],
  ["gemma3.rope.dimension_count", number("gemma3.rope.dimension_count", 0)],
  ["gemma3.rope.dimension_count", number("gemma3.rope.dimension_count", 15)],
  ["qwen3.rope.dimension_count", number("qwen3.rope.dimension_count", 8)],
  ["gemma3.attention.sliding_window_pattern", number("gemma3.attention.sliding_window_pattern", 1)],
  [
    "llama.attention.layer_norm_rms_epsilon",
    (file) => set(file, "llama.attention.layer_norm_rms_epsilon", TYPE.f32, f32(NaN)),
  ],
  ["llama.attention.causal", (file) => set(file, "llama.attention.causal", TYPE.bool, Buffer.of(0))],
  ["tensor blk.1.attn_q.weight", (file) => retype(file, "blk.1.attn_q.weight", 26)],
  ["tensor blk.1.attn_norm.weight", (file) => retype(file, "blk.1.attn_norm.weight", 1)],
  ["olmoe.attention.head_count_kv", (file) => rename(file, "olmoe")],
  [
    "granitehybrid.attention.head_count_kv",
    (file) => rename(file, "granitehybrid", { inner_size: 128, time_step_rank: 8, group_count: 1 }),
  ],
  ["qwen3next.full_attention_interval", interval("qwen3next", 0)],
  ["qwen35.full_attention_interval", interval("qwen35", 1)],
  ["minimax-01.full_attention_interval", (file) => rename(file, "minimax-01")],
  [
    "qwen35moe.attention.recurrent_layers",
    (file) => {
      interval("qwen35moe", 2)(file);
      set(file, "qwen35moe.attention.recurrent_layers", TYPE.array, array(TYPE.u32, [0, 0, 0, 0].map(u32)));
    },
  ],
  ["lfm2moe.attention.head_count_kv", (file) => rename(file, "lfm2moe")],
  ["jamba.ssm.inner_size", (file) => rename(file, "jamba", { inner_size: 64 })],
  ["mamba2.ssm.time_step_rank", (file) => rename(file, "mamba2", { inner_size: 128, time_step_rank: 5 })],
  ["mamba2.ssm.group_count", (file) => rename(file, "mamba2", { inner_size: 128, time_step_rank: 8 })],
  ["plamo2.ssm.group_count", (file) => rename(file, "plamo2", { inner_size: 128, time_step_rank: 8, group_count: 1 })],
  [
    "tensor blk.0.ssm_conv1d.bias",
    (file) => {
      rename(file, "falcon-h1", { inner_size: 128, time_step_rank: 8, group_count: 1 });
      file.tensors.find(({ name }) => name === "blk.0.ffn_up.weight")!.name = "blk.0.ssm_conv1d.weight";
    },
  ],
  [
    "tensor blk.2.attn_qkv.weight",
    (file) => {
      rename(file, "phi3");
      file.tensors = file.tensors.filter(({ name }) => !/^blk[.][23][.]attn_[qkv][.]/.test(name));
    },
  ],
])("refuses %s by name", async (key, change) => {
  const architecture = /^(gemma3|qwen3)\./.exec(key)?.[1];
  await expect(load(change, architecture)).rejects.toMatchObject({
    code: "ERR_MODEL_LOAD",
    details: { reason: expect.stringMatching(`^${key}: expected .*, found `) },
  });
});

test("refuses an engine for an architecture whose graph names no outputs of blocks, by its name", async () => {
  await using model = await load((file) => {
    const sizes = { inner_size: 128, time_step_rank: 8, group_count: 1, conv_kernel: 4, state_size: 16 };
    rename(file, "nemotron_h", sizes);
    set(file, "nemotron_h.attention.layer_norm_epsilon", TYPE.f32, f32(1e-5));
    // Each block is one thing: the first is recurrent, the others are attention.
    set(file, "nemotron_h.feed_forward_length", TYPE.u32, u32(0));
    set(file, "nemotron_h.attention.head_count_kv", TYPE.array, array(TYPE.u32, [0, 2, 2, 2].map(u32)));
    file.tensors = file.tensors.filter(({ name }) => !/ffn_|blk[.]0[.]attn_([qkv]|output)[.]/.test(name));
    for (const [name, extents] of Object.entries({
      "ssm_in.weight": [64, 296],
      "ssm_conv1d.weight": [4, 160],
      "ssm_conv1d.bias": [160],
      "ssm_dt.bias": [8],
      ssm_a: [1, 8],
      ssm_d: [1, 8],
      "ssm_norm.weight": [128, 1],
      "ssm_out.weight": [128, 64],
    })) {
      const tensor = { name: `blk.0.${name}`, extents: extents.map(BigInt), type: 0, data: Buffer.alloc(0) };
      fitData(tensor);
      file.tensors.push(tensor);
    }
  });
  await expect(model.createEngine()).rejects.toMatchObject({
    code: "ERR_HOOK_POINT",
    message: expect.stringContaining("architecture nemotron_h: llama.cpp's graph has no l_out-0"),
    details: { architecture: "nemotron_h", layer: 0 },
  });
});

test("loads a pattern of windows that the architecture does not read", async () => {
  await using model = await load((file) => {
    for (const [name, value] of [
      ["", 16],
      ["_pattern", 1],
    ] as const) {
      set(file, `llama.attention.sliding_window${name}`, TYPE.u32, u32(value));
    }
  });
  await using engine = await model.createEngine({ threads: 1, contextTokens: 64 });
  const { branches } = await engine.run({ prompt: Int32Array.of(65, 66), branches: [{ maxTokens: 1 }] });
  expect(branches).toHaveLength(1);
});

test("refuses data that ggml asserts to be aligned", async () => {
  const aligned = (alignment: number) => (file: Layout) => {
    set(file, "general.alignment", TYPE.u32, u32(alignment));
    file.alignment = alignment;
  };
  await expect(load(aligned(8))).rejects.toMatchObject({
    code: "ERR_MODEL_LOAD",
    details: { reason: expect.stringContaining("expected data at a multiple of 32 bytes") },
  });
  await using model = await load(aligned(64));
  expect(model.info.nLayer).toBe(4);
});

test("loads a vocabulary with tokens that have no name, which llama.cpp gives them", async () => {
  await using model = await load((file) => setTokens(file, (tokens) => (tokens[7] = tokens[8] = string(""))));
  expect(model.detokenize(Int32Array.of(8))).toBe("[EMPTY_8]");
});

test("refuses a text that the vocabulary has no tokens for", async () => {
  await using model = await load((file) => set(file, "tokenizer.ggml.model", TYPE.string, string("llama")), "gpt2");
  expect(() => model.tokenize("\u{1f9ee}")).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
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
