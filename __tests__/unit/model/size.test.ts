import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelSizeOf } from "../../../lib/model/size";
import { array, string, TYPE, u32, write, type Entry, type Tensor } from "../../support/gguf-layout";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const number = (key: string, value: number): Entry => ({ key, type: TYPE.u32, value: u32(value) });
const tensor = (name: string, type: number, extents: number[]): Tensor => {
  return { name, type, extents: extents.map(BigInt), data: Buffer.alloc(32) };
};
const words = Array.from({ length: 3000 }, (_, i) => string(`word ${i}`));
const entries: Entry[] = [
  { key: "tokenizer.ggml.tokens", type: TYPE.array, value: array(TYPE.string, words) },
  { key: "general.architecture", type: TYPE.string, value: string("x") },
  number("x.block_count", 3),
  number("x.embedding_length", 64),
  number("x.context_length", 2048),
  number("x.attention.head_count", 4),
];

function sizeOf(more: readonly Entry[], tensors: Tensor[] = []) {
  const path = join(folder, `${Math.random()}.gguf`);
  writeFileSync(path, write({ version: 3, alignment: 32, entries: [...entries, ...more], tensors }));
  return modelSizeOf(path);
}

test("a model's size is in its header, heads by themselves or a layer each", async () => {
  expect(await sizeOf([])).toMatchObject({ nLayer: 3, nEmbd: 64, nVocab: 3000, nCtxTrain: 2048, kvWidth: 3 * 4 * 32 });
  const heads = [number("x.attention.head_count_kv", 2), number("x.attention.key_length", 10)];
  expect(await sizeOf(heads)).toMatchObject({ kvWidth: 3 * 2 * 26 });
  const each = { key: "x.attention.head_count_kv", type: TYPE.array, value: array(TYPE.u32, [u32(1), u32(0), u32(2)]) };
  expect(await sizeOf([each])).toMatchObject({ kvWidth: 3 * 32 });
});

test("an embedding of four bits is there twice where it is the unembedding too", async () => {
  const embedding = tensor("token_embd.weight", 2, [64, 16]);
  const four = process.arch === "x64" || process.arch === "arm64" ? (64 * 16 * 18) / 32 : 0;
  expect(await sizeOf([], [embedding, tensor("blk.0.ffn_up.weight", 2, [64, 16])])).toMatchObject({
    repackedBytes: four,
  });
  expect(await sizeOf([], [embedding, tensor("output.weight", 1, [64, 16])])).toMatchObject({ repackedBytes: 0 });
});

test("of a cache with more than keys and values nothing is said, nor of a file that is none", async () => {
  expect(await sizeOf([number("x.ssm.state_size", 16)])).toBeUndefined();
  const path = join(folder, "none.gguf");
  writeFileSync(path, "GGUF and no more");
  expect(await modelSizeOf(path)).toBeUndefined();
  const pipe = join(folder, "pipe.gguf");
  execFileSync("mkfifo", [pipe]);
  expect(await modelSizeOf(pipe)).toBeUndefined();
  expect(await sizeOf([number("x.attention.key_length", 0), number("x.attention.head_count", 0)])).toBeUndefined();
});
