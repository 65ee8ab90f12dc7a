import { runAll } from "../ask/run-all";
import { SaeCache } from "../collect/sae-cache";
import { SteeringError } from "../errors";
import type { Engine } from "../model/engine";
import { saeDevice } from "../model/layer-device";
import type { NativeFeatureExamples, NativeTextSequence } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import { temporarySpool } from "../native/temporary-spool";
import type { OnProgress } from "../progress";
import type { StoredSae } from "../sae/folder";
import { nativeLayer } from "../sae/hook-point";
import { seededRandom } from "../statistics/random";
import { AFTER, BEFORE, WIDTH } from "./context";
import { N_RANGES } from "./examples";
import { Probes } from "./probes";
import { ReadTokens } from "./read-tokens";

/** Of residual rows that wait for the encoders; tokens of a block, after which it is told how far it is. */
const SPOOL_BYTES = 2 ** 27;
const BLOCK_TOKENS = 2 ** 13;
/** Of the sketch of each feature's activations: correlations are known to about 1 / sqrt of it. */
const N_COUNTERS = 512;
/** The first row of a sequence, whatever it reads, is far longer than others. */
const SKIPPED = 1;

export interface ReadOptions {
  readonly tokens: number;
  readonly contexts: number;
  readonly perRange: number;
  readonly sequenceTokens: number;
  readonly seed: number;
  readonly sae: {
    readonly weightType: "f32" | "f16" | "bf16" | "q8_0";
    readonly device: string;
    readonly threads: number;
  };
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The text as the model read it, and what each SAE's features made of it. */
export interface Reading extends AsyncDisposable {
  readonly read: ReadTokens;
  readonly rows: number;
  readonly probes: readonly number[];
  /** In the order of the SAEs. */
  readonly examples: readonly NativeFeatureExamples[];
  readonly cache: SaeCache<StoredSae>;
}

/** Bytes that reading takes beside model and encoders: what is kept of every feature, rows and tokens. */
export function readingBytes(
  saes: readonly StoredSae[],
  { contexts, perRange, tokens, sequenceTokens }: ReadOptions,
): number {
  const example = 12 + WIDTH;
  const feature = (contexts + 2 * N_RANGES * perRange) * example + 4 * N_COUNTERS + 32;
  const features = saes.reduce((sum, { config }) => sum + config.dSae, 0);
  const row = 4 * (saes[0]?.config.dModel ?? 0) * layersOf(saes).length;
  return features * feature + row * Math.min(tokens, blockTokens(row, sequenceTokens)) + 4 * tokens;
}

function layersOf(saes: readonly StoredSae[]): number[] {
  return [...new Set(saes.map(({ config }) => nativeLayer(config.hook)))];
}

/** @param row bytes of a token's rows at all layers */
function blockTokens(row: number, sequenceTokens: number): number {
  return Math.max(sequenceTokens, Math.min(BLOCK_TOKENS, Math.floor(SPOOL_BYTES / row)));
}

/**
 * One pass of the model over sequences: block by block their rows are read at every layer with an SAE, encoded, and what is
 * to be kept of each feature is kept.
 *
 * @throws ERR_DATASET_FORMAT without a sequence; ERR_OUT_OF_MEMORY; as `Engine.run` and the encoder; the signal's reason
 */
export async function readExamples(
  engine: Engine,
  saes: readonly StoredSae[],
  sequences: AsyncIterable<Int32Array>,
  options: ReadOptions,
): Promise<Reading> {
  const { contexts, perRange, seed, signal } = options;
  const { info } = engine.model;
  const deviceOf = ({ config }: StoredSae) => saeDevice(options.sae.device, info, nativeLayer(config.hook));
  const cache = SaeCache.on(deviceOf, saes, { ...options.sae, signal });
  const addon = loadAddon();
  const kept = {
    top: contexts,
    sample: 2 * N_RANGES * perRange,
    before: BEFORE,
    after: AFTER,
    sketch: N_COUNTERS,
    seed,
  };
  const examples = saes.map(({ config }) => addon.createFeatureExamples({ dSae: config.dSae, ...kept }));
  const reading = {
    ...{ read: new ReadTokens(), examples, cache },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...examples.map((one) => one.dispose()), cache[Symbol.asyncDispose]()]);
    },
  };
  try {
    await cache.check(saes);
    const probes = await readAll(engine, saes, sequences, reading, options);
    return { ...reading, probes, rows: examples[0]!.rows };
  } catch (error) {
    await reading[Symbol.asyncDispose]();
    throw error;
  }
}

async function readAll(
  engine: Engine,
  saes: readonly StoredSae[],
  sequences: AsyncIterable<Int32Array>,
  reading: Pick<Reading, "read" | "examples" | "cache">,
  { tokens, sequenceTokens, seed, onProgress, signal }: ReadOptions,
): Promise<readonly number[]> {
  const { nEmbd } = engine.model.info;
  const layers = layersOf(saes);
  const most = blockTokens(4 * nEmbd * layers.length, sequenceTokens);
  const probes = new Probes(WIDTH, seededRandom(seed));
  const { read } = reading;
  let block: Int32Array[] = [];
  let nBlock = 0;
  const flush = async () => {
    if (block.length > 0) await readBlock(engine, saes, layers, block, probes, reading, signal);
    [block, nBlock] = [[], 0];
    onProgress?.({ step: "text", done: Math.min(tokens, read.length), total: tokens, unit: "tokens" });
  };
  await flush();
  for await (const sequence of sequences) {
    signal?.throwIfAborted();
    if (nBlock + sequence.length > most) await flush();
    block.push(sequence);
    nBlock += sequence.length;
    if (read.length + nBlock >= tokens) break;
  }
  await flush();
  if (read.length > 0) return probes.positions;
  throw new SteeringError("ERR_DATASET_FORMAT", "expected texts of at least 16 tokens, found none", {});
}

async function readBlock(
  engine: Engine,
  saes: readonly StoredSae[],
  layers: readonly number[],
  block: readonly Int32Array[],
  probes: Probes,
  { read, examples, cache }: Pick<Reading, "read" | "examples" | "cache">,
  signal: AbortSignal | undefined,
): Promise<void> {
  await using spool = disposed(temporarySpool(layers, engine.model.info.nEmbd, 2 * SPOOL_BYTES));
  const placed = block.map((tokens, slot): NativeTextSequence => {
    const position = read.add(tokens) + SKIPPED;
    return { slot, position, ...probes.offer(position, tokens.length - SKIPPED) };
  });
  const runs = block.map((prompt, slot) => ({
    name: `sequence at token ${placed[slot]!.position}`,
    prompt,
    branches: [{ maxTokens: 0, capture: { spool: spool.native, slot, positions: "prompt" } } as const],
  }));
  await runAll(engine, runs, { signal });
  for (const [i, sae] of saes.entries()) {
    const layer = nativeLayer(sae.config.hook);
    await cache.use(sae, ({ native }) =>
      cancellable(loadAddon(), signal, (cancel) =>
        examples[i]!.add(spool.native, layer, native!, placed, SKIPPED, cancel),
      ),
    );
  }
}

function disposed<T extends { dispose(): Promise<void> }>(native: T): { native: T } & AsyncDisposable {
  return { native, [Symbol.asyncDispose]: () => native.dispose() };
}
