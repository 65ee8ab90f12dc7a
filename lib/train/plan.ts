import { createHash } from "node:crypto";
import { SteeringError } from "../errors";
import { machineMemory } from "../memory/machine";
import type { Model } from "../model/model";
import { count, quantity } from "../quantity";
import type { TrainPlan } from "./ahead";
import { chunksOf } from "./chunks";
import { layerBytes, readingBytes } from "./memory";
import type { ResolvedTrainOptions } from "./options";

/** Of what a process can still have, to leave some to others. */
const SHARE = 0.8;

/** Steps of a training that reads once all that it is to train on. */
export function stepsOf({ tokens, batchRows }: ResolvedTrainOptions): number {
  return Math.max(1, Math.floor(tokens / batchRows));
}

/**
 * @param begun layers that were trained together, and are to go on so
 * @param left others that are not yet there
 * @throws ERR_OUT_OF_MEMORY where not even one layer fits
 */
export async function planTraining(
  model: Model,
  options: ResolvedTrainOptions,
  begun: readonly number[],
  left: readonly number[],
): Promise<TrainPlan> {
  const reading = await readingBytes(model, options);
  const each = layerBytes(model.info.nEmbd, options);
  const most = Math.floor((machineMemory().freeBytes * SHARE - reading) / each);
  if (most < 1) {
    const bytes = reading + each;
    throw new SteeringError(
      "ERR_OUT_OF_MEMORY",
      `to train one layer takes ${gigabytes(bytes)}, ${gigabytes(machineMemory().freeBytes)} are free: give a lower width or bufferRows`,
      { bytes },
    );
  }
  const passes = [...(begun.length > 0 ? [begun] : []), ...evenly(left, most)];
  const widest = Math.max(0, ...passes.map(({ length }) => length));
  return { dSae: options.dSae, steps: stepsOf(options), passes, peakBytes: reading + each * widest };
}

function evenly(layers: readonly number[], most: number): number[][] {
  const n = Math.ceil(layers.length / most);
  const begin = (i: number) => Math.floor((layers.length * i) / n);
  return Array.from({ length: n }, (_, i) => layers.slice(begin(i), begin(i + 1)));
}

/**
 * Reads what is to be trained on, but not as a model does: SHA-256 of its token ids.
 *
 * @throws ERR_DATASET_FORMAT where the texts have too few; as `readTexts`
 */
export async function textHash(model: Model, options: ResolvedTrainOptions): Promise<string> {
  const { batchRows, epochs, onProgress } = options;
  const steps = stepsOf(options);
  const hash = createHash("sha256");
  let found = 0;
  for await (const { batches, sequences } of chunksOf(model, options)) {
    for (const { buffer, byteOffset, byteLength } of sequences)
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    found = Math.min(steps, found + batches);
    onProgress?.({ step: "counts tokens", done: found * batchRows, total: steps * batchRows, unit: "tokens" });
    if (found === steps) return hash.digest("hex");
  }
  const times = epochs > 1 ? `, read ${epochs} times` : "";
  const has = `${count(found * batchRows)} in whole steps of ${batchRows}${times}`;
  throw new SteeringError(
    "ERR_DATASET_FORMAT",
    `expected texts of ${quantity(steps * batchRows, "token")}, found ${has}: give more text or epochs, or fewer tokens`,
    { expected: steps * batchRows, actual: found * batchRows },
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
