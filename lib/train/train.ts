import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions } from "../arguments/kinds";
import { makeFolder } from "../files/folder";
import { model as aModel } from "../model/kinds";
import type { Model } from "../model/model";
import { RunLock } from "../run/lock";
import { CONFIG_FILE } from "../sae/formats/saelens";
import { type Checkpoint, readCheckpoint, removeCheckpoint } from "./checkpoint";
import type { History } from "./history";
import { HISTORY_FILE } from "./read-training";
import { type ResolvedTrainOptions, resolveTrainOptions, type TrainOptions } from "./options";
import { trainPass } from "./pass";
import { planTraining, stepsOf, textHash } from "./plan";
import { beginRecord, recordOf, type TrainRecord } from "./record";
import { saeFolderOf, saveTrained, savedLayer, type TrainedLayer } from "./save";

/** What `trainSaes` did, and where. */
export interface Training {
  readonly directory: string;
  readonly layers: readonly TrainedLayer[];
}

/** Of all steps, the last ones, that an SAE is told of by. */
const TOLD = 1 / 20;

const trainArguments = z.object({ model: aModel(), options: anyOptions() });

/**
 * Trains a sparse autoencoder for each of some layers of a model on texts that it reads, all layers from one reading if they
 * fit into memory, and writes them in SAELens' format, each in a folder of its own. A training that was stopped, in whatever
 * way, goes on from where it last wrote what it had, and ends with the same bytes.
 *
 * @throws ERR_DATASET_FORMAT where the texts have too few tokens; ERR_OUT_OF_MEMORY, before anything is read, where not even
 * one layer fits; ERR_NON_FINITE for a model whose rows are not, or a training that diverged; ERR_RUN_MISMATCH for a folder of
 * another training, with a checkpoint of one, or of other things; ERR_RUN_LOCKED; ERR_FILE_WRITE; as `readTexts`; the signal's reason after an abort
 */
export async function trainSaes(model: Model, options: TrainOptions): Promise<Training> {
  checkArguments(trainArguments, { model, options });
  const resolved = resolveTrainOptions(options, model.info);
  const { directory, layers, signal } = resolved;
  signal?.throwIfAborted();
  using lock = await RunLock.take(directory);
  const record = await recordOf(model, resolved, await textHash(model, resolved));
  await beginRecord(lock.directory, record);
  const missing = layers.filter((layer) => !existsSync(join(saeFolderOf(directory, layer), CONFIG_FILE)));
  const checkpoint = missing.length > 0 ? await readCheckpoint(directory, record) : undefined;
  // All of them, also those whose SAE was there before the others': they end as it is.
  const begun = checkpoint?.layers.some((layer) => missing.includes(layer)) ? checkpoint.layers : [];
  const left = missing.filter((layer) => !begun.includes(layer));
  const plan = await planTraining(model, resolved, begun, left);
  options.onPlan?.(plan);
  for (const [i, pass] of plan.passes.entries())
    await trainAndSave(model, pass, resolved, record, i === 0 && begun.length > 0 ? checkpoint : undefined);
  await removeCheckpoint(directory);
  return { directory, layers: await Promise.all(layers.map((layer) => savedLayer(directory, layer))) };
}

async function trainAndSave(
  model: Model,
  layers: readonly number[],
  options: ResolvedTrainOptions,
  record: TrainRecord,
  checkpoint: Checkpoint | undefined,
): Promise<void> {
  const { directory, batchRows, onProgress } = options;
  const steps = stepsOf(options);
  const total = steps * batchRows;
  // A token is half done when it is read.
  const onDone = (read: number, history: History) => {
    const done = Math.round((Math.min(read, total) + history.steps * batchRows) / 2);
    onProgress?.({ step: stepText(history), done, total, unit: "tokens" });
  };
  await trainPass({ model, layers, options, record, checkpoint, onDone }, async (trainer, history) => {
    for (const [i, layer] of layers.entries()) {
      const latest = history.latest(i, Math.ceil(steps * TOLD));
      await makeFolder(saeFolderOf(directory, layer));
      await history.writeOf(i, join(saeFolderOf(directory, layer), HISTORY_FILE));
      await saveTrained(directory, layer, await trainer.trained(layer), record, latest);
    }
  });
}

/** Of the last step, in the mean of all layers. */
function stepText(history: History): string {
  if (history.steps === 0) return "reads";
  const { loss, explainedVariance, active, dead } = history.latestOfAll(1);
  const share = `${(100 * explainedVariance).toFixed(1)} % explained`;
  return `loss ${loss.toPrecision(3)}, ${share}, ${active.toFixed(1)} features a token, ${dead.toFixed(0)} dead`;
}
