import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NativeSafetensors, NativeSpool } from "../../lib/native/addon";
import { loadAddon } from "../../lib/native/load";
import { Engine, type BranchResult } from "../../lib/model/engine";
import type { EngineOptions } from "../../lib/model/options";
import type { Branch } from "../../lib/model/branch";
import { Model } from "../../lib/model/model";

const root = join(__dirname, "..", "..");
const shared = join(root, "..", "shared", "golden");

/** A tiny random model and what Hugging Face transformers computes from it. */
export interface Golden {
  model: string;
  reference: string;
}

/** Of `__tests__/fixtures`: llama, qwen3, gemma3, gpt2. 4 layers, n_embd 64, context 256. */
export function fixture(name: string): Golden {
  const at = join(root, "__tests__", "fixtures", name);
  return { model: `${at}.gguf`, reference: `${at}.safetensors` };
}

/** Of the folder that is shared between checkouts; undefined where there is none. */
export function sharedGolden(name: string): Golden | undefined {
  const at = join(shared, name);
  return existsSync(`${at}.gguf`) ? { model: `${at}.gguf`, reference: `${at}.safetensors` } : undefined;
}

/** Loads a fixture, makes an engine, and disposes of both. */
export async function withEngine<T>(
  options: EngineOptions & { model?: string },
  body: (engine: Engine) => Promise<T>,
): Promise<T> {
  const { model: name = "llama", ...engineOptions } = options;
  const model = await Model.load(fixture(name).model);
  try {
    return await body(await model.createEngine({ threads: 1, contextTokens: 1024, ...engineOptions }));
  } finally {
    await model.dispose();
  }
}

/** The result of a run of one branch. */
export async function runOne(engine: Engine, prompt: Int32Array, branch: Branch): Promise<BranchResult> {
  return (await engine.run({ prompt, branches: [branch] })).branches[0]!;
}

export function spool(nEmbd: number, layers: readonly number[]): NativeSpool {
  return loadAddon().createSpool({
    layers: Int32Array.from(layers),
    nEmbd,
    memoryBytes: 64 * 2 ** 20,
    directory: tmpdir(),
  });
}

/** Numbers in [0, 1) that are the same on every run: mulberry32. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Tokens of single bytes, so that no end token is among them. */
export function randomTokens(seed: number, n: number): Int32Array {
  const next = random(seed);
  return Int32Array.from({ length: n }, () => Math.floor(next() * 256));
}

export function randomVector(seed: number, scale = 1, n = 64): Float32Array {
  const next = random(seed);
  return Float32Array.from({ length: n }, () => (next() - 0.5) * 2 * scale);
}

/** Normalised mean squared error: sum (a - b)^2 / sum b^2. */
export function nmse(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  let error = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    error += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return error / norm;
}

export function openReference(golden: Golden): Promise<NativeSafetensors> {
  return loadAddon().openSafetensors(golden.reference);
}

export function logSoftmax(logits: Float32Array): number[] {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return Array.from(logits, (logit) => logit - largest - Math.log(sum));
}
