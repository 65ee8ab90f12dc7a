import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Sae } from "../../lib/sae/sae";
import type { SaeConfigOptions } from "../../lib/sae/config";
import { findSaes } from "../../lib/sae/set";
import { seededRandom } from "../../lib/statistics/random";
import { temporaryFolder } from "../support/temporary-folder";
import { npzFile, safetensorsFile, torchFile, type Tensors, type Values } from "../support/tensor-files";

// Each family in its published layout, against the formula of its publisher written out here, in double.

const folder = temporaryFolder();
const POST_3 = { layer: 3, site: "resid_post" };

/** An encoder and a decoder by feature, and what belongs to them. */
interface Weights {
  readonly d: number;
  readonly n: number;
  readonly E: number[][];
  readonly D: number[][];
  readonly b: number[];
  readonly bDec: number[];
  readonly theta: number[];
}

interface Family {
  /** Where it lies, and what it is asked for by; its weights as the publisher stores them. */
  readonly files: (w: Weights) => Readonly<Record<string, Buffer | object>>;
  readonly options?: SaeConfigOptions;
  readonly encode: (w: Weights, x: number[]) => number[];
  /** Of feature i. @default D_i */
  readonly direction?: (w: Weights, i: number) => number[];
  readonly hook?: object;
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: readonly number[]) => Math.sqrt(dot(a, a));
const minus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - b[i]!);
const times = (a: readonly number[], scale: number) => a.map((value) => value * scale);

const vector = (values: readonly number[]): Values => ({ shape: [values.length], values });
const scalar = (value: number): Values => ({ shape: [], values: [value] });
/** [n, d], and [d, n]. */
const byFeature = (m: readonly number[][]): Values => ({ shape: [m.length, m[0]!.length], values: m.flat() });
const turned = (m: readonly number[][]): Values => byFeature(m[0]!.map((_, j) => m.map((row) => row[j]!)));

const plain = ({ E, b }: Weights, x: number[]) => E.map((row, i) => dot(row, x) + b[i]!);
const centred = (w: Weights, x: number[]) => plain(w, minus(x, w.bDec));
const relu = (p: number[]) => p.map((value) => Math.max(0, value));
const above = (p: number[], threshold: (i: number) => number) =>
  relu(p).map((value, i) => (value > threshold(i) ? value : 0));
const topK = (p: number[], k: number) => {
  const kept = new Set([...p.keys()].sort((i, j) => p[j]! - p[i]!).slice(0, k));
  return relu(p).map((value, i) => (kept.has(i) ? value : 0));
};
const NORM = 7.25;
const scale = ({ d }: Weights) => Math.sqrt(d) / NORM;
const scaled = (w: Weights, x: number[]) => plain(w, times(x, scale(w)));
const unscaled = (w: Weights, i: number) => times(w.D[i]!, 1 / scale(w));

const sae = ({ E, D, b, bDec }: Weights): Tensors => ({
  ...{ W_enc: turned(E), b_enc: vector(b), W_dec: byFeature(D), b_dec: vector(bDec) },
});
const linear = ({ E, D, b }: Weights): Tensors => ({
  ...{ "encoder.weight": byFeature(E), "encoder.bias": vector(b), "decoder.weight": turned(D) },
});

const gemma2 = (w: Weights) =>
  safetensorsFile({
    ...{ w_enc: turned(w.E), b_enc: vector(w.b), w_dec: byFeature(w.D), b_dec: vector(w.bDec) },
    threshold: vector(w.theta),
  });

const llamaScope = (w: Weights, byNorm: boolean) => ({
  "L3R/hyperparams.json": {
    ...{ hook_point_in: "blocks.3.hook_resid_post", hook_point_out: "blocks.3.hook_resid_post" },
    ...{ d_model: w.d, d_sae: w.n, act_fn: "jumprelu", jump_relu_threshold: 0.75, top_k: 50 },
    ...{ norm_activation: "dataset-wise", dataset_average_activation_norm: { in: NORM, out: NORM } },
    ...{ sparsity_include_decoder_norm: byNorm, use_glu_encoder: false },
  },
  "L3R/checkpoints/final.safetensors": safetensorsFile({ ...linear(w), "decoder.bias": vector(w.bDec) }),
});

const openMoss = (tensors: Tensors, config: object = { act_fn: "jumprelu" }) => ({
  "L3R/config.json": {
    ...{ sae_type: "sae", hook_point_in: "blocks.3.hook_resid_post", hook_point_out: "blocks.3.hook_resid_post" },
    ...{ norm_activation: "dataset-wise", sparsity_include_decoder_norm: true, ...config },
  },
  "L3R/sae_weights.safetensors": safetensorsFile({
    ...tensors,
    "dataset_average_activation_norm.blocks.3.hook_resid_post": scalar(NORM),
  }),
});
const native = ({ E, D, b, bDec }: Weights): Tensors => ({
  ...{ W_E: turned(E), b_E: vector(b), W_D: byFeature(D), b_D: vector(bDec) },
});
const log = (values: readonly number[]) => vector(values.map((value) => Math.fround(Math.log(value))));

const dictionary = (w: Weights, dict_class: string, tensors: Tensors) => ({
  "resid_post_layer_3/trainer_1/config.json": {
    trainer: { dict_class, activation_dim: w.d, dict_size: w.n, k: 3, layer: 3, submodule_name: "resid_post_layer_3" },
  },
  "resid_post_layer_3/trainer_1/ae.pt": torchFile(tensors),
});

const saelens = (w: Weights, config: object, tensors: Tensors) => ({
  "a/cfg.json": { d_in: w.d, d_sae: w.n, metadata: { hook_name: "blocks.3.hook_resid_post" }, ...config },
  "a/sae_weights.safetensors": safetensorsFile({ ...sae(w), ...tensors }),
});

const FAMILIES: Readonly<Record<string, Family>> = {
  "Gemma Scope": {
    files: (w) => ({
      "layer_3/width_16k/average_l0_7/params.npz": npzFile({ ...sae(w), threshold: vector(w.theta) }),
    }),
    encode: (w, x) => above(plain(w, x), (i) => w.theta[i]!),
  },
  "Gemma Scope, of the embedding": {
    files: (w) => ({
      "embedding/width_4k/average_l0_7/params.npz": npzFile({ ...sae(w), threshold: vector(w.theta) }),
    }),
    // The engine's rows are those of the table times sqrt(d).
    encode: (w, x) => above(plain(w, times(x, 1 / Math.sqrt(w.d))), (i) => w.theta[i]!),
    direction: (w, i) => times(w.D[i]!, Math.sqrt(w.d)),
    hook: { layer: 0, site: "resid_pre" },
  },
  "Gemma Scope 2": {
    files: (w) => ({
      "any/config.json": {
        ...{ hf_hook_point_in: "model.layers.3.output", hf_hook_point_out: "model.layers.3.output", width: w.n },
        ...{ architecture: "jump_relu", type: "sae", affine_connection: false, model_name: "google/gemma-3-1b-it" },
      },
      "any/params.safetensors": gemma2(w),
    }),
    encode: (w, x) => above(plain(w, x), (i) => w.theta[i]!),
  },
  "Gemma Scope 2, without a configuration": {
    files: (w) => ({ "resid_post_all/layer_3_width_16k_l0_small/params.safetensors": gemma2(w) }),
    encode: (w, x) => above(plain(w, x), (i) => w.theta[i]!),
  },
  "Llama Scope": {
    files: (w) => llamaScope(w, true),
    encode: (w, x) => above(scaled(w, x), (i) => (0.75 * scale(w)) / norm(w.D[i]!)),
    direction: unscaled,
  },
  "Llama Scope, without the decoder's norm": {
    files: (w) => llamaScope(w, false),
    encode: (w, x) => above(scaled(w, x), () => 0.75 * scale(w)),
    direction: unscaled,
  },
  "Llama-Scope-R1": {
    files: (w) => openMoss({ ...linear(w), "decoder.bias": vector(w.bDec), log_jumprelu_threshold: log(w.theta) }),
    encode: (w, x) => above(scaled(w, x), (i) => w.theta[i]! / norm(w.D[i]!)),
    direction: unscaled,
  },
  "OpenMOSS' library, JumpReLU": {
    files: (w) => openMoss({ ...native(w), "activation_function.log_jumprelu_threshold": log(w.theta) }),
    encode: (w, x) => above(scaled(w, x), (i) => w.theta[i]! / norm(w.D[i]!)),
    direction: unscaled,
  },
  "OpenMOSS' library, top-k": {
    files: (w) => openMoss(native(w), { act_fn: "topk", top_k: 3 }),
    encode: (w, x) =>
      topK(
        scaled(w, x).map((p, i) => p * norm(w.D[i]!)),
        3,
      ),
    direction: (w, i) => times(unscaled(w, i), 1 / norm(w.D[i]!)),
  },
  sparsify: {
    files: (w) => ({
      "layers.3/cfg.json": { d_in: w.d, num_latents: w.n, k: 3, activation: "topk", normalize_decoder: true },
      "layers.3/sae.safetensors": safetensorsFile({
        ...{ "encoder.weight": byFeature(w.E), "encoder.bias": vector(w.b) },
        ...{ W_dec: byFeature(w.D), b_dec: vector(w.bDec) },
      }),
    }),
    encode: (w, x) => topK(centred(w, x), 3),
  },
  Goodfire: {
    files: (w) => ({
      "Llama-3.1-8B-Instruct-SAE-l3.pth": torchFile({
        ...{ "encoder_linear.weight": byFeature(w.E), "encoder_linear.bias": vector(w.b) },
        ...{ "decoder_linear.weight": turned(w.D), "decoder_linear.bias": vector(w.bDec) },
      }),
    }),
    encode: (w, x) => relu(plain(w, x)),
  },
  "Goodfire, in a dict of its file": {
    files: (w) => ({
      "sae-l3.pt": torchFile({
        ...{ "sae.encoder_linear.weight": byFeature(w.E), "sae.encoder_linear.bias": vector(w.b) },
        ...{ "sae.decoder_linear.weight": turned(w.D), "sae.decoder_linear.bias": vector(w.bDec) },
      }),
    }),
    encode: (w, x) => relu(plain(w, x)),
  },
  qresearch: {
    files: (w) => ({
      "DeepSeek-R1-Distill-Llama-8B-SAE-l3.pt": torchFile({ ...linear(w), "decoder.bias": vector(w.bDec) }),
    }),
    encode: (w, x) => relu(plain(w, x)),
  },
  "Qwen-Scope": {
    files: (w) => ({
      "config.json": { model_type: "topk_sae", d_model: w.d, d_sae: w.n, k: 3, hook_point: "resid_post" },
      "layer3.sae.pt": torchFile({
        ...{ W_enc: byFeature(w.E), b_enc: vector(w.b), W_dec: turned(w.D), b_dec: vector(w.bDec) },
      }),
    }),
    encode: (w, x) => topK(plain(w, x), 3),
  },
  AutoEncoder: {
    files: (w) => dictionary(w, "AutoEncoder", { ...linear(w), bias: vector(w.bDec) }),
    encode: (w, x) => relu(centred(w, x)),
  },
  AutoEncoderNew: {
    files: (w) => dictionary(w, "AutoEncoderNew", { ...linear(w), "decoder.bias": vector(w.bDec) }),
    encode: (w, x) => relu(plain(w, x)),
  },
  GatedAutoEncoder: {
    files: (w) =>
      dictionary(w, "GatedAutoEncoder", {
        ...{ "encoder.weight": byFeature(w.E), "decoder.weight": turned(w.D), decoder_bias: vector(w.bDec) },
        ...{ gate_bias: vector(w.b), r_mag: vector(w.theta), mag_bias: vector(times(w.b, -1)) },
      }),
    encode: (w, x) =>
      w.E.map((row, i) => {
        const g = dot(row, minus(x, w.bDec));
        return g + w.b[i]! > 0 ? Math.max(0, Math.exp(w.theta[i]!) * g - w.b[i]!) : 0;
      }),
  },
  JumpReluAutoEncoder: {
    files: (w) => dictionary(w, "JumpReluAutoEncoder", { ...sae(w), threshold: vector(w.theta) }),
    encode: (w, x) => above(plain(w, x), (i) => w.theta[i]!),
  },
  AutoEncoderTopK: {
    files: (w) => dictionary(w, "AutoEncoderTopK", { ...linear(w), b_dec: vector(w.bDec), threshold: scalar(9) }),
    encode: (w, x) => topK(centred(w, x), 3),
  },
  BatchTopKSAE: {
    files: (w) => dictionary(w, "BatchTopKSAE", { ...linear(w), b_dec: vector(w.bDec), threshold: scalar(0.5) }),
    encode: (w, x) => above(centred(w, x), () => 0.5),
  },
  "BatchTopKSAE, without its threshold": {
    files: (w) => dictionary(w, "BatchTopKSAE", { ...linear(w), b_dec: vector(w.bDec), threshold: scalar(-1) }),
    encode: (w, x) => topK(centred(w, x), 3),
  },
  MatryoshkaBatchTopKSAE: {
    files: (w) => dictionary(w, "MatryoshkaBatchTopKSAE", { ...sae(w), threshold: scalar(0.5) }),
    encode: (w, x) => above(centred(w, x), () => 0.5),
  },
  "SAELens, batch top-k as training has it": {
    files: (w) =>
      saelens(
        w,
        { architecture: "batchtopk", rescale_acts_by_decoder_norm: true, k: 3 },
        { topk_threshold: scalar(0.5) },
      ),
    encode: (w, x) =>
      above(
        centred(w, x).map((p, i) => p * norm(w.D[i]!)),
        () => 0.5,
      ),
    direction: (w, i) => times(w.D[i]!, 1 / norm(w.D[i]!)),
  },
  "SAELens, JumpReLU as training has it": {
    files: (w) => saelens(w, { architecture: "jumprelu", jumprelu_bandwidth: 0.05 }, { log_threshold: log(w.theta) }),
    encode: (w, x) => above(centred(w, x), (i) => w.theta[i]!),
  },
  "SAELens, with scales of one": {
    files: (w) =>
      saelens(
        w,
        { finetuning_scaling_factor: true, metadata: undefined, hook_name: "blocks.3.hook_resid_post" },
        { scaling_factor: vector(w.b.map(() => 1)) },
      ),
    encode: (w, x) => relu(centred(w, x)),
  },
  "SAELens, its normalisation told apart": {
    files: (w) => saelens(w, {}, {}),
    options: { normalizeActivations: "constant_norm_rescale" },
    encode: (w, x) => relu(centred(w, times(x, Math.sqrt(w.d) / norm(x)))),
  },
};

// Square matrices tell no one which way round they lie.
const SIZES = [
  [6, 14],
  [8, 8],
] as const;

describe.each(Object.entries(FAMILIES))("%s", (name, family) => {
  test.each(SIZES)("encodes [%i, %i] as its formula says, and steers along its decoder", async (d, n) => {
    const w = randomWeights(d, n);
    const root = join(folder, `${name.replaceAll(/\W/g, "-")}-${d}`);
    write(root, family.files(w));
    const [found, ...more] = await findSaes(root, family.options);
    expect(more).toEqual([]);
    expect(found!.config).toMatchObject({ dModel: d, dSae: n, hook: family.hook ?? POST_3 });

    await using loaded = await Sae.load(found!);
    const rows = Array.from({ length: 20 }, (_, seed) => drawn(seed + 100, d, 3));
    const acts = await loaded.encode(Float32Array.from(rows.flat()));
    expectClose(acts, rows.flatMap((x) => family.encode(w, x))); // prettier-ignore
    const directions = await loaded.decoderRows(w.D.keys());
    const expected = w.D.flatMap((row, i) => family.direction?.(w, i) ?? row);
    expectClose(directions, expected);
  });
});

function randomWeights(d: number, n: number): Weights {
  const rows = (seed: number) => Array.from({ length: n }, (_, i) => drawn(seed + i, d, 1));
  const theta = drawn(3, n, 1).map((value) => Math.fround(0.05 + Math.abs(value)));
  return { d, n, E: rows(1000), D: rows(2000), b: drawn(1, n, 1), bDec: drawn(2, d, 1), theta };
}

/** Float32, in (-size, size). */
function drawn(seed: number, n: number, size: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => Math.fround((size * (random(20001) - 10000)) / 10007));
}

function write(root: string, files: Readonly<Record<string, Buffer | object>>): void {
  for (const [name, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), Buffer.isBuffer(contents) ? contents : JSON.stringify(contents));
  }
}

/** The same are there, and the error's norm is 1e-5 of theirs. */
function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  const isThere = (values: ArrayLike<number>) => Array.from(values, (value) => value !== 0);
  expect(isThere(actual)).toEqual(isThere(expected));
  expect(expected.some((value) => value !== 0)).toBe(true);
  const error = norm(expected.map((value, i) => value - actual[i]!));
  expect(error).toBeLessThanOrEqual(1e-5 * norm(expected));
}
