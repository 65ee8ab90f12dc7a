import type { LoadedModel } from "../model/loaded-model";
import { seededRandom, shuffled } from "../statistics/random";
import { textSequences, type SequenceReading } from "../text/text-sequences";
import type { ResolvedTrainOptions } from "./options";

/** What is read at a time, and then trained on in random order. */
export interface Chunk {
  /** From 0. */
  readonly index: number;
  /** Number of its first batch. */
  readonly first: number;
  readonly sequences: readonly Int32Array[];
  /** Whole batches of rows: one a position but the first. */
  readonly batches: number;
}

/** Sequences that wait to be drawn, so that those of one text lie apart. */
const WAITING = 4096;

type Reading = SequenceReading & Pick<ResolvedTrainOptions, "epochs" | "batchRows" | "bufferRows" | "signal">;

/** The texts in chunks of as many rows as the buffer holds; the last one has fewer. Options alone decide what is in which. */
export async function* chunksOf(model: LoadedModel, options: Reading): AsyncGenerator<Chunk> {
  const { batchRows, bufferRows } = options;
  let sequences: Int32Array[] = [];
  let rows = 0;
  const whole = bufferRows / batchRows;
  let index = 0;
  for await (const sequence of drawn(sequencesOf(model, options), options.seed)) {
    sequences.push(sequence);
    rows += sequence.length - 1;
    if (rows < bufferRows) continue;
    yield { index, first: index * whole, sequences, batches: whole };
    [sequences, rows] = [[], 0];
    index++;
  }
  if (rows >= batchRows) yield { index, first: index * whole, sequences, batches: Math.floor(rows / batchRows) };
}

async function* sequencesOf(model: LoadedModel, { epochs, signal, ...reading }: Reading): AsyncGenerator<Int32Array> {
  for (let epoch = 0; epoch < epochs; epoch++) yield* textSequences(model, reading, { signal });
}

async function* drawn<T>(items: AsyncIterable<T>, seed: number): AsyncGenerator<T> {
  const random = seededRandom(seed);
  const waiting: T[] = [];
  for await (const item of items) {
    if (waiting.length < WAITING) {
      waiting.push(item);
      continue;
    }
    const at = random(WAITING);
    yield waiting[at]!;
    waiting[at] = item;
  }
  yield* shuffled(waiting, random);
}
