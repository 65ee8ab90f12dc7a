import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SteeringError } from "../errors";
import { writeSafetensors } from "../files/safetensors";
import { resolveDevice } from "../native/devices";
import { Sae } from "./sae";

const D_MODEL = 32;
const D_SAE = 64;
const N_ROWS = 8;
const THRESHOLD = 0.5;
const TOLERANCE = 1e-5;
/** Devices multiply float32 in formats of 10 bits of fraction (CUDA's TF32, Vulkan's half): 2^-11 of each product. */
const TOLERANCE_ON_DEVICE = 4e-3;

/**
 * Encodes random rows with a random JumpReLU SAE, from a file to activations, and compares them with the sum written out.
 *
 * @throws ERR_INTERNAL when they differ
 */
export async function checkEncoder(device = "auto"): Promise<string> {
  const random = randomNumbers(1);
  const draw = (n: number) => Float32Array.from({ length: n }, random);
  const weights = {
    W_enc: draw(D_MODEL * D_SAE),
    b_enc: draw(D_SAE),
    W_dec: draw(D_SAE * D_MODEL),
    b_dec: draw(D_MODEL),
  };
  const rows = draw(N_ROWS * D_MODEL);
  const before = encodeByHand(rows, weights.W_enc, weights.b_enc);
  const actual = await encodeFromFile(rows, weights, device);
  const tolerance = resolveDevice(device).toLowerCase() === "cpu" ? TOLERANCE : TOLERANCE_ON_DEVICE;
  const stray = before.findIndex((h, i) => !isActivation(actual[i]!, h, tolerance * Math.max(1, Math.abs(h))));
  if (stray >= 0) {
    const details = { expected: jumpRelu(before[stray]!), actual: actual[stray] };
    throw new SteeringError(
      "ERR_INTERNAL",
      `activation ${stray} is ${details.actual}, not ${details.expected}`,
      details,
    );
  }
  const active = before.filter((h) => jumpRelu(h) > 0).length;
  return `${N_ROWS} rows, ${active} of ${before.length} activations positive, all as computed by hand`;
}

function jumpRelu(h: number): number {
  return h > THRESHOLD ? h : 0;
}

/** Of what is so close to the threshold, either may come of it. */
function isActivation(actual: number, h: number, tolerance: number): boolean {
  const outcomes = Math.abs(h - THRESHOLD) <= tolerance ? [h, 0] : [jumpRelu(h)];
  return outcomes.some((expected) => Math.abs(actual - expected) <= tolerance);
}

/** h = x W_enc + b_enc */
function encodeByHand(rows: Float32Array, encoder: Float32Array, bias: Float32Array): Float64Array {
  return Float64Array.from({ length: N_ROWS * D_SAE }, (_, i) => {
    const row = Math.floor(i / D_SAE);
    const feature = i % D_SAE;
    let h = bias[feature]!;
    for (let j = 0; j < D_MODEL; j++) h += rows[row * D_MODEL + j]! * encoder[j * D_SAE + feature]!;
    return h;
  });
}

async function encodeFromFile(
  rows: Float32Array,
  weights: Record<string, Float32Array>,
  device: string,
): Promise<Float32Array> {
  const folder = await mkdtemp(join(tmpdir(), "corrsteer-doctor-"));
  try {
    const config = {
      architecture: "jumprelu",
      d_in: D_MODEL,
      d_sae: D_SAE,
      apply_b_dec_to_input: false,
      hook_name: "blocks.0.hook_resid_post",
    };
    await writeFile(join(folder, "cfg.json"), JSON.stringify(config));
    const shapes: Record<string, number[]> = { W_enc: [D_MODEL, D_SAE], W_dec: [D_SAE, D_MODEL] };
    const tensors = { ...weights, threshold: new Float32Array(D_SAE).fill(THRESHOLD) };
    await writeSafetensors(
      join(folder, "sae_weights.safetensors"),
      Object.entries(tensors).map(([name, data]) => ({
        name,
        dtype: "F32",
        shape: shapes[name] ?? [data.length],
        data,
      })),
    );
    await using sae = await Sae.load(folder, { device });
    return await sae.encode(rows);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Numbers in (-1, 1), the same everywhere: mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}
