import { layerDevice } from "../model/layer-device";
import type { Model } from "../model/model";
import type { NativeTrainer } from "../native/addon";
import { loadAddon } from "../native/load";
import { defaultThreads } from "../native/threads";
import { type Checkpoint, writeCheckpoint } from "./checkpoint";
import { type Chunk, chunksOf } from "./chunks";
import { History } from "./history";
import type { ResolvedTrainOptions } from "./options";
import { stepsOf } from "./plan";
import { readChunk } from "./read-chunk";
import type { TrainRecord } from "./record";

/** Of the first steps, in which the learning rate rises, and the last, in which it falls. */
const WARM_UP = 1 / 20;
const DECAY = 1 / 5;
/** Of all steps: a feature that was not active in so many is dead. */
const DEAD = 1 / 20;
/** arXiv 2406.04093, section A.2 */
const AUXILIARY_COEFFICIENT = 1 / 32;
/** As SAELens has it. */
const THRESHOLD_RATE = 0.01;
/** Of Adam as PyTorch, and of the gradient as SAELens has them. */
const ADAM = { firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-8, mostGradient: 1 };

/** One reading of the texts, in which some layers are trained to their end. */
export interface Pass {
  readonly model: Model;
  readonly layers: readonly number[];
  readonly options: ResolvedTrainOptions;
  readonly record: TrainRecord;
  /** Where it goes on. */
  readonly checkpoint: Checkpoint | undefined;
  /** Told often: how many rows were read, and trained on. */
  readonly onDone: (read: number, history: History) => void;
}

/**
 * Trains, and calls `finish` with the trainer at its end. Aborted, it writes a checkpoint first.
 *
 * @throws ERR_NON_FINITE, ERR_OUT_OF_MEMORY, ERR_FILE_WRITE; as `Engine.run`; the signal's reason
 */
export async function trainPass(
  pass: Pass,
  finish: (trainer: NativeTrainer, history: History) => Promise<void>,
): Promise<void> {
  const { model, layers, options, record, checkpoint } = pass;
  const { nEmbd } = model.info;
  const native = { layers: Int32Array.from(layers), nEmbd };
  const trainer = await createTrainer(pass);
  const buffer = loadAddon().createRowBuffer({ ...native, capacity: options.bufferRows });
  try {
    const history = (await checkpoint?.restore(trainer)) ?? History.empty(layers.length);
    const kept = { steps: history.steps, at: performance.now() };
    const keep = async () => {
      if (history.steps > kept.steps) await writeCheckpoint(options.directory, record, layers, trainer, history);
      Object.assign(kept, { steps: history.steps, at: performance.now() });
    };
    try {
      for await (const [chunk, begin, end] of stepsLeft(pass, history.steps)) {
        const before = chunk.first * options.batchRows;
        await readChunk(model, chunk, buffer, {
          ...options,
          onRead: (rows) => {
            pass.onDone(before + rows, history);
          },
        });
        for (let batch = begin; batch < end; batch++) {
          options.signal?.throwIfAborted();
          history.add(await trainer.train(buffer, chunk.index, batch));
          pass.onDone(before + chunk.batches * options.batchRows, history);
          if (performance.now() - kept.at > 1000 * options.checkpointSeconds) await keep();
        }
      }
    } catch (error) {
      if (options.signal?.aborted) await keep();
      throw error;
    }
    await finish(trainer, history);
  } finally {
    await buffer.dispose();
    await trainer.dispose();
  }
}

/** Chunks of which batches are left to train on, and which. */
async function* stepsLeft({ model, options }: Pass, done: number): AsyncGenerator<[Chunk, number, number]> {
  const steps = stepsOf(options);
  for await (const chunk of chunksOf(model, options)) {
    const end = Math.min(chunk.batches, steps - chunk.first);
    const begin = Math.max(0, done - chunk.first);
    if (begin < end) yield [chunk, begin, end];
    if (chunk.first + chunk.batches >= steps) return;
  }
}

export async function createTrainer({
  model,
  layers,
  options,
}: Pick<Pass, "model" | "layers" | "options">): Promise<NativeTrainer> {
  const { dSae, k, activation, nested, batchRows, learningRate, seed } = options;
  const steps = stepsOf(options);
  return loadAddon().createTrainer({
    ...{ layers: Int32Array.from(layers), dModel: model.info.nEmbd, dSae, k, activation, batchRows, steps },
    nested: Int32Array.from(nested),
    ...{ learningRate, warmUpSteps: Math.floor(steps * WARM_UP), decaySteps: Math.floor(steps * DECAY), ...ADAM },
    auxiliaryCoefficient: AUXILIARY_COEFFICIENT,
    deadSteps: Math.max(1, Math.floor(steps * DEAD)),
    thresholdRate: THRESHOLD_RATE,
    seed,
    device: layerDevice(model.info, layers.at(-1)!),
    threads: options.engine.threads ?? defaultThreads(),
  });
}
