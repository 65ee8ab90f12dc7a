import { createJiti } from "jiti";
import { resolve } from "node:path";
import { z } from "zod";
import type { Sample } from "../data/sample";
import { errorCode, SteeringError } from "../errors";
import type { Task } from "./task";

const method = z.custom<(...values: never[]) => unknown>((value) => typeof value === "function", "expected a function");

const taskShape = z.object({
  name: z.string().min(1),
  kind: z.enum(["choice", "generation"]),
  maxTokens: z.number().int().positive(),
  stop: z.array(z.string().min(1)),
  scorer: z.string().min(1),
  pooling: z.enum(["max", "mean"]),
  load: method,
  score: method,
});

const sampleShape = z.object({
  id: z.string().min(1),
  prompt: z.string().min(1),
  expected: z.string(),
  choices: z.array(z.string().min(1)).min(2).optional(),
  group: z.string().optional(),
  split: z.enum(["train", "validation", "test"]).optional(),
});

/**
 * A user's own task: a `.ts`, `.js` or `.mjs` file whose default export is a `Task`, or a function (also async) that
 * returns one. What it loads and how it scores is checked sample by sample.
 *
 * @throws ERR_TASK if the file cannot be run or exports something else; later, from `load` and `score`, if the module
 * throws, gives a sample that is none or whose id is taken, no sample at all, or a score outside [0, 1].
 */
export async function loadTaskModule(path: string): Promise<Task> {
  const task = await runModule(resolve(path));
  const checked = taskShape.safeParse(task);
  if (!checked.success) throw taskError(path, `the default export is no task: ${firstIssue(checked.error)}`);
  const { name, kind, maxTokens, stop, scorer, pooling } = checked.data;
  return {
    ...{ name, kind, maxTokens, stop, scorer, pooling },
    load: (data) => checkedSamples(task as Task, path, data),
    score: (completion, sample) => checkedScore(task as Task, path, completion, sample),
  };
}

async function runModule(path: string): Promise<unknown> {
  const jiti = createJiti(__filename, { fsCache: false, interopDefault: true });
  try {
    const exported: unknown = await jiti.import(path, { default: true });
    return typeof exported === "function" ? await (exported as () => unknown)() : exported;
  } catch (error) {
    throw taskError(path, `running it failed: ${messageOf(error)}`, {}, error);
  }
}

async function* checkedSamples(task: Task, path: string, data: string): AsyncGenerator<Sample> {
  const ids = new Set<string>();
  for await (const sample of guard(() => task.load(data), path)) {
    const checked = sampleShape.safeParse(sample);
    const place = `sample ${ids.size + 1} of load()`;
    if (!checked.success) throw taskError(path, `${place} is no sample: ${firstIssue(checked.error)}`);
    if (ids.has(sample.id)) throw taskError(path, `${place} has the id "${sample.id}" of an earlier one`);
    ids.add(sample.id);
    yield sample;
  }
  if (ids.size === 0) throw taskError(path, "load() gave no samples");
}

/** The items, with what the module throws on the way turned into `ERR_TASK`. */
async function* guard(load: () => AsyncIterable<Sample>, path: string): AsyncGenerator<Sample> {
  try {
    yield* load();
  } catch (error) {
    if (errorCode(error) === "ERR_DATASET_FORMAT") throw error; // from our readers, which name file and row
    throw taskError(path, `load() failed: ${messageOf(error)}`, {}, error);
  }
}

function checkedScore(task: Task, path: string, completion: string, sample: Sample): number {
  let score: unknown;
  try {
    score = task.score(completion, sample);
  } catch (error) {
    throw taskError(path, `score() failed on sample "${sample.id}": ${messageOf(error)}`, { sample: sample.id }, error);
  }
  if (typeof score === "number" && score >= 0 && score <= 1) return score;
  const found = score instanceof Promise ? "a promise" : String(score);
  throw taskError(path, `score() of sample "${sample.id}": expected a number in [0, 1], got ${found}`, {
    sample: sample.id,
  });
}

function taskError(path: string, problem: string, details: object = {}, cause?: unknown): SteeringError {
  return new SteeringError("ERR_TASK", `${path}: ${problem}`, { path, ...details }, { cause });
}

function firstIssue(error: z.ZodError): string {
  const { path, message } = error.issues[0]!;
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
