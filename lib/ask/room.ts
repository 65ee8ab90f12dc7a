import type { LoadedModel } from "../model/loaded-model";
import { CONTEXT_TOKENS, type EngineOptions } from "../model/options";
import { modelSizeOf, type ModelSize } from "../model/size";
import { given } from "../options/given";
import type { Task } from "../tasks/task";
import { triesChoices } from "../tasks/tries-choices";

/** Answers of full length that are written at once: products of more rows are hardly cheaper (docs/results.md). */
const STREAMS = 64;
/** Tokens of a question, about. */
const QUESTION_TOKENS = 256;
/** Of the cache, or a quarter of the model's file where that is more: not of this machine, so that runs are the same on all. */
const CACHE_BYTES = 2 ** 28;
const VALUE_BYTES = 2;
const MOST_SEQUENCES = 256;

type CacheSize = Pick<ModelSize, "kvWidth" | "nCtxOrig" | "fileBytes">;

/** Cells of the cache for a task's answers unless asked otherwise; none are many enough to change what a model computes. */
export function cellsFor(model: CacheSize, task: Task): number {
  if (!isWritten(task)) return CONTEXT_TOKENS;
  const affordable = Math.floor(Math.max(CACHE_BYTES, model.fileBytes / 4) / (model.kvWidth * VALUE_BYTES));
  const wanted = STREAMS * (QUESTION_TOKENS + task.maxTokens);
  return Math.max(CONTEXT_TOKENS, Math.min(wanted, affordable, model.nCtxOrig));
}

/**
 * Engine options with which all forks of a question, and their shared prefix, are resident at once, and many answers are
 * written at once.
 */
export async function roomFor(
  { info }: LoadedModel,
  task: Task,
  nForks: number,
  options: EngineOptions = {},
): Promise<EngineOptions> {
  // None of models whose memory a sequence takes whole, however short it is.
  const size = isWritten(task) ? await modelSizeOf(info.path) : undefined;
  if (!size) return { maxSequences: Math.min(MOST_SEQUENCES, Math.max(64, nForks + 1)), ...given(options) };
  const contextTokens = Math.min(cellsFor(size, task), info.nCtxTrain);
  return { contextTokens, maxSequences: MOST_SEQUENCES, ...given(options) };
}

/** Whether answers are texts of some length. */
function isWritten(task: Task): boolean {
  return task.kind !== "choice" && !triesChoices(task);
}
