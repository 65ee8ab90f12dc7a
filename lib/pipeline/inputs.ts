import type { Sample } from "../data/sample";
import { splitSamples, type Split } from "../data/split";
import type { EngineOptions } from "../model/engine";
import { Model } from "../model/model";
import type { SaeFolder } from "../sae/folder";
import { assertSaesFit, findSaes, saeOfLayer } from "../sae/set";
import { configureTask } from "../tasks/configure";
import { findTask } from "../tasks/find-task";
import { requireChoices } from "../tasks/require-samples";
import type { Task } from "../tasks/task";
import type { Setup } from "./setup";

/** A setup, opened. */
export interface Inputs extends AsyncDisposable {
  readonly setup: Setup;
  readonly model: Model;
  readonly saes: readonly SaeFolder[];
  readonly task: Task;
  readonly split: Split;
  readonly engine: EngineOptions;
}

/**
 * Finds the SAEs and the task, reads and splits the questions, loads the model: in this order, so that what is wrong
 * with the cheap parts is said first.
 *
 * @throws ERR_SAE_FORMAT, ERR_SHAPE_MISMATCH, ERR_INVALID_ARGUMENT, ERR_DATASET_FORMAT, ERR_TASK, ERR_MODEL_LOAD
 */
export async function openInputs(setup: Setup, options: { signal?: AbortSignal | undefined } = {}): Promise<Inputs> {
  const { signal } = options;
  const found = await findSaes(setup.sae);
  const saes = setup.layers === "all" ? found : [...new Set(setup.layers)].map((layer) => saeOfLayer(found, layer));
  const task = configureTask(await findTask(setup.task), setup);
  const samples: Sample[] = [];
  for await (const sample of task.load(setup.data)) {
    signal?.throwIfAborted();
    samples.push(sample);
  }
  if (task.constrained) requireChoices(samples);
  await task.scorers[0].prepare?.({ signal });
  const { seed, split: kind, samples: train, validationSamples: validation, testSamples: test } = setup;
  const split = splitSamples(samples, { seed, kind, train, validation, ...(test !== undefined && { test }) });
  const { threads, contextTokens, device } = setup;
  const model = await Model.load(setup.model, { device, ...(signal && { signal }) });
  try {
    assertSaesFit(saes, model.info);
  } catch (error) {
    await model.dispose();
    throw error;
  }
  const engine = { ...(threads !== undefined && { threads }), ...(contextTokens !== undefined && { contextTokens }) };
  return { setup, model, saes, task, split, engine, [Symbol.asyncDispose]: () => model.dispose() };
}
