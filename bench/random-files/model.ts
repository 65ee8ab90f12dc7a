import { closeSync, openSync, writeSync } from "node:fs";
import { GGML_F32, GGUF_TYPE, paddingAfter } from "../../lib/files/gguf-layout";
import { countEntry, f32, type GgufEntry, ggufHeader, textEntry } from "../../lib/files/gguf-writer";
import { toFloat16 } from "../../lib/files/half";
import { pieces, type RandomNumbers } from "./numbers";
import type { Shape } from "./shapes";
import { vocabulary } from "./vocabulary";

/** Of GGUF: ggml.h, `ggml_type`. A block has 32 weights: a scale (float16), then their integers. */
const QUANTISED = {
  q4_0: { type: 2, blockBytes: 18, deviation: Math.sqrt((16 ** 2 - 1) / 12) },
  q8_0: { type: 8, blockBytes: 34, deviation: Math.sqrt((256 ** 2 - 1) / 12) },
} as const;
export type Quantisation = keyof typeof QUANTISED;

const BLOCKS = 1 << 16;

/** A tensor by rows and columns; a number in place of a deviation: every value. */
interface Planned {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly deviation?: number;
  readonly value?: number;
}

/** Writes a model of this shape with random weights; a piece of a tensor is in memory at a time. */
export function writeModel(path: string, shape: Shape, kind: Quantisation, random: RandomNumbers): void {
  const { type, blockBytes } = QUANTISED[kind];
  const plan = tensorsOf(shape);
  const tensors = plan.map(({ name, rows, columns, value }) => ({
    name,
    extents: rows === 1 ? [columns] : [columns, rows],
    type: value === undefined ? type : GGML_F32,
    sizeBytes: value === undefined ? ((rows * columns) / 32) * blockBytes : 4 * rows * columns,
  }));
  const file = openSync(path, "w");
  writeSync(file, ggufHeader(entriesOf(shape, kind), tensors));
  plan.forEach(({ rows, columns, deviation, value }, i) => {
    if (value !== undefined) writeSync(file, new Float32Array(rows * columns).fill(value));
    else for (const piece of blocks(rows * columns, deviation!, kind, random)) writeSync(file, piece);
    writeSync(file, new Uint8Array(paddingAfter(tensors[i]!.sizeBytes)));
  });
  closeSync(file);
}

function* blocks(count: number, deviation: number, kind: Quantisation, random: RandomNumbers): Generator<Uint8Array> {
  const { blockBytes, deviation: ofIntegers } = QUANTISED[kind];
  const scale = toFloat16(deviation / ofIntegers);
  for (const n of pieces(count / 32, BLOCKS)) {
    const bytes = random.bytes(n * blockBytes);
    for (let at = 0; at < bytes.length; at += blockBytes) {
      bytes[at] = scale & 255;
      bytes[at + 1] = scale >> 8;
    }
    yield bytes;
  }
}

/**
 * The values of a row stay near 1: the embedding's are, and each half block adds a tenth to a third. Queries are four times
 * as large as usual, so that attention looks at some tokens more than at others and answers depend on the question.
 */
function tensorsOf(shape: Shape): Planned[] {
  const { architecture, nLayer, nEmbd, nHead, nHeadKv, headSize, nFf, nVocab } = shape;
  const isGemma = architecture !== "llama";
  const norm = (name: string, value = 1, columns = nEmbd): Planned => ({
    name: `${name}.weight`,
    rows: 1,
    columns,
    value,
  });
  /** Gives values of about `gain` to inputs of about 1. */
  const matrix = (name: string, rows: number, columns: number, gain = 1): Planned => {
    return { name: `${name}.weight`, rows, columns, deviation: gain / Math.sqrt(columns) };
  };
  const layers = Array.from({ length: nLayer }, (_, layer) => {
    const block = `blk.${layer}`;
    return [
      norm(`${block}.attn_norm`),
      matrix(`${block}.attn_q`, nHead * headSize, nEmbd, 4),
      matrix(`${block}.attn_k`, nHeadKv * headSize, nEmbd),
      matrix(`${block}.attn_v`, nHeadKv * headSize, nEmbd),
      matrix(`${block}.attn_output`, nEmbd, nHead * headSize, 0.3),
      norm(`${block}.ffn_norm`),
      matrix(`${block}.ffn_gate`, nFf, nEmbd),
      matrix(`${block}.ffn_up`, nFf, nEmbd),
      matrix(`${block}.ffn_down`, nEmbd, nFf, 0.3),
      ...(isGemma ? [norm(`${block}.post_attention_norm`, 0.2), norm(`${block}.post_ffw_norm`, 0.1)] : []),
      ...(architecture === "gemma3" ? ["q", "k"].map((of) => norm(`${block}.attn_${of}_norm`, 1, headSize)) : []),
    ];
  });
  return [
    // Gemma multiplies it by the root of its width, and has it at the end, too.
    matrix("token_embd", nVocab, nEmbd, isGemma ? 1 : Math.sqrt(nEmbd)),
    ...layers.flat(),
    norm("output_norm"),
    ...(isGemma ? [] : [matrix("output", nVocab, nEmbd)]),
  ];
}

function entriesOf(shape: Shape, kind: Quantisation): GgufEntry[] {
  const { architecture } = shape;
  const count = (key: string, value: number) => countEntry(`${architecture}.${key}`, value);
  const float = (key: string, value: number): GgufEntry => {
    return { key: `${architecture}.${key}`, type: GGUF_TYPE.f32, value: f32(value) };
  };
  const isGemma = architecture !== "llama";
  return [
    textEntry("general.architecture", architecture),
    textEntry("general.name", `random weights, ${kind}`),
    count("block_count", shape.nLayer),
    count("context_length", shape.contextTokens),
    count("embedding_length", shape.nEmbd),
    count("feed_forward_length", shape.nFf),
    count("vocab_size", shape.nVocab),
    count("attention.head_count", shape.nHead),
    count("attention.head_count_kv", shape.nHeadKv),
    count("attention.key_length", shape.headSize),
    count("attention.value_length", shape.headSize),
    count("rope.dimension_count", shape.headSize),
    float("attention.layer_norm_rms_epsilon", isGemma ? 1e-6 : 1e-5),
    ...(architecture === "gemma2"
      ? [float("attn_logit_softcapping", 50), float("final_logit_softcapping", 30)]
      : [float("rope.freq_base", architecture === "gemma3" ? 1_000_000 : 500_000)]),
    ...(isGemma ? [count("attention.sliding_window", architecture === "gemma3" ? 512 : 4096)] : []),
    ...vocabulary(shape.nVocab),
  ];
}
