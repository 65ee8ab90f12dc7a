import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { path, shapeOf, text } from "../arguments/kinds";
import { samples as someSamples } from "../data/kinds";
import { engineArgument } from "../model/engine-arguments";
import { model as aModel } from "../model/kinds";
import type { Model } from "../model/model";
import { quantity } from "../quantity";
import { requireRunOrEmpty } from "../run/directory";
import { work } from "../run/kinds";
import { lockRun } from "../run/lock";
import type { RunManifest } from "../run/manifest";
import { isComplete, isStarted, Run } from "../run/run";
import type { SaeFolder } from "../sae/folder";
import { saeFolders } from "../sae/kinds";
import { task as aTask } from "../tasks/kinds";
import type { Task } from "../tasks/task";
import { collectChunk } from "./collect-chunk";
import { lookAtRecords, wantsLook } from "./first-look";
import { resolveCollectOptions, type CollectOptions } from "./options";
import { prepareCollection } from "./prepare";

/** What `collect` did, and where. */
export interface Collection {
  readonly directory: string;
  readonly manifest: RunManifest;
  /** Samples whose answers this call did not have to collect. */
  readonly resumed: number;
}

const collectArguments = z.object({
  model: aModel(),
  saes: saeFolders(),
  task: aTask(),
  options: shapeOf(
    {
      ...work,
      directory: path(),
      samples: someSamples(),
      engine: engineArgument.optional(),
      environment: z.record(text(), z.json(), "a JSON object").optional(),
    },
    "options by name",
  ),
});

/**
 * Asks the model every question and keeps, for each layer with an SAE, the pooled activations at the positions that
 * chose the answer's tokens, with the answer and its score. A run that was stopped, in whatever way, goes on after its
 * last whole chunk and ends with the same bytes.
 *
 * @throws ERR_SHAPE_MISMATCH, ERR_OUT_OF_RANGE when an SAE is not for this model; ERR_RUN_MISMATCH, ERR_RUN_LOCKED;
 * ERR_CONTEXT_FULL for a prompt longer than the context; ERR_TASK when scoring fails; ERR_FILE_WRITE; the signal's reason
 * after an abort
 */
export async function collect(
  model: Model,
  saes: readonly SaeFolder[],
  task: Task,
  options: CollectOptions,
): Promise<Collection> {
  checkArguments(collectArguments, { model, saes, task, options });
  const given = resolveCollectOptions(options, task);
  const { directory, samples, onProgress, signal } = given;
  signal?.throwIfAborted();
  const begun = await requireRunOrEmpty(directory); // before files of gigabytes are hashed
  await using prepared = await prepareCollection(model, saes, task, given, begun);
  const { manifest, options: resolved } = prepared;
  if (!((await isStarted(directory, manifest)) && isComplete(directory))) await prepared.cache.check(saes);
  using lock = await lockRun(directory, options.lock);
  const run = await Run.open(lock, manifest);
  const total = samples.length;
  const report = (done: number, step = quantity(total, "question")) => {
    onProgress?.({ step, done, total, unit: "questions" });
  };
  const resumed = Math.min(total, run.nCommitted * manifest.chunkSamples);
  report(resumed);
  if (wantsLook(resolved) && run.nCommitted > 0 && run.nCommitted < run.nChunks) {
    await lookAtRecords(model, task, samples, await run.firstSamples(), resolved);
  }
  while (run.nCommitted < run.nChunks) await collectChunk(prepared, run.nCommitted, { target: run, report });
  await run.finish();
  return { directory, manifest, resumed };
}
