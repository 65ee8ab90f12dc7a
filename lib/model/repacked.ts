import type { GgufTensor } from "../files/gguf-layout";

// Of matrices of these types llama.cpp keeps what its code for this processor wants, in place of what the file has: 0.5.0,
// ggml/src/ggml-cpu/repack.cpp, ggml_repack_get_optimal_repack_type; AVX2 and dotprod are taken for granted.

/** Elements and bytes of a block, by ggml's type. */
const BLOCKS: Readonly<Record<number, readonly [number, number]>> = {
  ...{ 2: [32, 18], 8: [32, 34], 20: [32, 18], 39: [32, 17] }, // Q4_0, Q8_0, IQ4_NL, MXFP4
  ...{ 12: [256, 144], 13: [256, 176], 14: [256, 210] }, // Q4_K, Q5_K, Q6_K
};
const REPACKED: readonly number[] =
  process.arch === "arm64" ? [2, 8, 12, 13, 14, 20, 39] : process.arch === "x64" ? [2, 12, 20, 39] : [];

/** Bytes of the one matrix that is there in both orders: an embedding that is the unembedding too. */
export function repackedBytes(tensors: readonly GgufTensor[]): number {
  const embedding = tensors.find(({ name }) => name === "token_embd.weight");
  if (!embedding || tensors.some(({ name }) => name === "output.weight")) return 0;
  const { extents, type } = embedding;
  const block = BLOCKS[type];
  if (!block || !REPACKED.includes(type)) return 0;
  return extents.reduce((product, extent) => product * extent, 1 / block[0]) * block[1];
}
