import type { Engine } from "../lib/model/engine";
import type { EngineOptions } from "../lib/model/options";
import type { Model } from "../lib/model/model";
import { createSteering } from "../lib/steering/create-steering";
import type { Steering } from "../lib/steering/steering";
import type { Bar } from "./result";

/** What the rows measure: a model, the threads it gets, and the bars that hold for its size. */
export interface Subject {
  model: Model;
  modelPath: string;
  /** A folder, or what has some of the layers each. */
  saes: string | readonly string[] | undefined;
  threads: number;
  rounds: number;
  /** A library with `cblas_sgemm`, to compare products with. */
  blas: string | undefined;
  bars: Bars;
}

export interface Bars {
  /** Steered against plain engine, by number of streams. */
  steered: Readonly<Record<number, Bar | undefined>>;
  /** Capture of all layers against the plain engine, decoding, by number of streams. */
  capture: Readonly<Record<number, Bar | undefined>>;
  /** Capture and SAE of all layers against plain prefill, one-token tasks. */
  encode: Bar | undefined;
  /** One-token collection against the products alone. */
  products: Bar | undefined;
  /** Training of some eight layers, and of all, against reading, with so many active features. */
  train: { k: number; some?: Bar; all?: Bar };
  /** A collection in shards against one without, of models whose time is that of their questions. */
  shards?: Bar;
}

const SHARDS: Bar = { kind: "at most", value: 1.05 };
const atLeast = (value: number): Bar => ({ kind: "at least", value });

/** They are stated for these three sizes. */
export function barsOf({ info }: Model): Bars {
  const products = info.description.includes("all F32") ? atLeast(0.6) : undefined;
  if (info.nEmbd === 2304)
    return {
      steered: { 1: atLeast(0.98), 8: atLeast(0.97), 16: atLeast(0.97) },
      capture: {},
      encode: atLeast(0.7),
      products,
      train: { k: 32 },
      shards: SHARDS,
    };
  if (info.nEmbd === 576)
    return {
      steered: { 1: atLeast(0.98), 8: atLeast(0.9), 16: atLeast(0.95) },
      capture: { 16: atLeast(0.92) },
      encode: atLeast(0.9),
      products,
      train: { k: 40, some: atLeast(0.6), all: atLeast(0.3) },
      shards: SHARDS,
    };
  const train = info.nEmbd === 896 ? { k: 32, all: atLeast(0.7) } : { k: 32 };
  return { steered: {}, capture: {}, encode: undefined, products, train };
}

export const BATCH_TOKENS = 512;

export function createEngine({ model, threads }: Subject, options: EngineOptions): Promise<Engine> {
  return model.createEngine({ batchTokens: BATCH_TOKENS, threads, ...options });
}

export function allLayers(model: Model): number[] {
  return Array.from({ length: model.info.nLayer }, (_, layer) => layer);
}

/** Steering of the given layers that is there, differs for each `seed`, and is too small to change what is said. */
export function faintSteering(model: Model, layers: readonly number[], seed: number): Steering {
  const vector = Float32Array.from({ length: model.info.nEmbd }, (_, i) => 1e-4 * Math.sin(1 + i * (seed + 1)));
  return createSteering(layers.map((layer) => ({ layer, vector })));
}

/** Lower ids may be control tokens and bytes. */
const FIRST_ORDINARY = 1000;

/**
 * A prompt of `nTokens` ordinary tokens that no other `seed` begins like, so that nothing of it is in an engine's cache.
 * A linear congruential generator.
 */
export function freshPrompt({ info: { nVocab } }: Model, nTokens: number, seed: number): Int32Array {
  const first = Math.min(FIRST_ORDINARY, nVocab >> 1);
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return Int32Array.from({ length: nTokens }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return first + (state % (nVocab - first));
  });
}
