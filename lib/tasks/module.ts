/* eslint-disable @typescript-eslint/no-require-imports -- the package takes a while to load, and most tasks are built in */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import type { Sample } from "../data/sample";
import { errorCode, errorMessage, SteeringError } from "../errors";
import { listsOptions } from "../prompt/option-orders";
import { PROMPT_STYLES, type Prompting } from "../prompt/prompting";
import { builtInScorers } from "../score/built-in";
import type { Scorer } from "../score/scorer";
import type { Task, TaskDefinition } from "./task";

const jitiPackage = () => require("jiti") as typeof import("jiti");

const method = z.custom<(...values: never[]) => unknown>((value) => typeof value === "function", "expected a function");

const taskShape = z.object({
  name: z.string().min(1),
  kind: z.enum(["choice", "generation"]),
  maxTokens: z.number().int().positive(),
  stop: z.array(z.string().min(1)),
  constrained: z.boolean().optional(),
  pooling: z.enum(["max", "mean"]),
  reasonsIn: z.array(z.enum(PROMPT_STYLES)).optional(),
  load: method,
  under: method.optional(),
});

/** What `under` may give. */
const changesShape = taskShape
  .pick({ kind: true, maxTokens: true, stop: true, pooling: true })
  .extend({ scorers: z.array(z.object({ name: z.string().min(1), score: method })).min(1) })
  .partial()
  .strict();

const builtInNames = builtInScorers.map(({ name }) => name);
const scorerShape = z.union([z.enum(builtInNames), z.object({ name: z.string().min(1), score: method })], {
  error: `expected a name and a function score, or one of ${builtInNames.join(", ")}`,
});
const scorersShape = z.object({ scorers: z.array(scorerShape).min(1) });
const functionShape = z.object({ scorer: z.string().min(1), score: method });

const sampleShape = z.object({
  id: z.string().min(1),
  prompt: z.string().min(1),
  expected: z.string(),
  choices: z.array(z.string().min(1)).min(2).optional(),
  options: z.array(z.string()).optional(),
  group: z.string().optional(),
  cluster: z.string().optional(),
  question: z.string().min(1).optional(),
  preamble: z.string().optional(),
  example: z.object({ question: z.string(), answer: z.string() }).optional(),
  split: z.enum(["train", "validation", "test"]).optional(),
});

/**
 * A user's own task: a `.ts`, `.js` or `.mjs` file whose default export is a `TaskDefinition`, or a function (also async)
 * that returns one. What it loads is checked sample by sample; what it scores, where answers are scored.
 *
 * @throws ERR_TASK if the file cannot be run or exports something else; later, from `load`, if the module throws, gives a
 * sample that is none or whose id is taken, or no sample at all; from `under`, if it throws or gives what no task has.
 */
export async function loadTaskModule(path: string): Promise<Task> {
  if (!existsSync(path)) throw taskError(path, "no such file or directory");
  const task = await runModule(resolve(path));
  const { name, kind, maxTokens, stop, constrained, pooling, reasonsIn } = parseTask(path, taskShape, task);
  const definition = task as TaskDefinition;
  return {
    ...{ name, kind, maxTokens, stop, pooling, ...(constrained && { constrained }) },
    ...(reasonsIn && { reasonsIn }),
    ...(definition.under && { under: (prompting) => changesUnder(definition, path, prompting) }),
    scorers: scorersOf(path, definition),
    load: (data, prompting) => checkedSamples(definition, path, data, prompting),
  };
}

function parseTask<T>(path: string, shape: z.ZodType<T>, task: unknown): T {
  const checked = shape.safeParse(task);
  if (checked.success) return checked.data;
  throw taskError(path, `the default export is no task: ${firstIssue(checked.error)}`);
}

function changesUnder(
  task: TaskDefinition,
  path: string,
  prompting: Prompting,
): ReturnType<NonNullable<Task["under"]>> {
  try {
    const changes = task.under!(prompting);
    changesShape.parse(changes);
    return changes;
  } catch (error) {
    const problem = error instanceof z.ZodError ? firstIssue(error) : errorMessage(error);
    throw taskError(path, `under() failed: ${problem}`, {}, error);
  }
}

function scorersOf(path: string, task: TaskDefinition): Task["scorers"] {
  if (!("scorers" in task)) {
    const { scorer: name } = parseTask(path, functionShape, task);
    return [{ name, score: ({ completion }, sample) => task.score(completion, sample) }];
  }
  parseTask(path, scorersShape, task);
  const find = (scorer: string | Scorer) =>
    typeof scorer === "string" ? builtInScorers.find(({ name }) => name === scorer)! : scorer;
  const [first, ...others] = task.scorers;
  const scorers: Task["scorers"] = [find(first), ...others.map(find)];
  const names = scorers.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw taskError(path, `the default export is no task: two scorers "${repeated}"`);
  return scorers;
}

async function runModule(path: string): Promise<unknown> {
  const jiti = jitiPackage().createJiti(__filename, { fsCache: false, interopDefault: true });
  try {
    const exported: unknown = await jiti.import(path, { default: true });
    return typeof exported === "function" ? await (exported as () => unknown)() : exported;
  } catch (error) {
    throw taskError(path, `running it failed: ${errorMessage(error)}`, {}, error);
  }
}

async function* checkedSamples(
  task: TaskDefinition,
  path: string,
  data: string,
  prompting?: Prompting,
): AsyncGenerator<Sample> {
  const ids = new Set<string>();
  for await (const sample of guard(() => task.load(data, prompting), path)) {
    const checked = sampleShape.safeParse(sample);
    const place = `sample ${ids.size + 1} of load()`;
    if (!checked.success) throw taskError(path, `${place} is no sample: ${firstIssue(checked.error)}`);
    if (sample.options && !listsOptions(sample)) {
      throw taskError(
        path,
        `${place} is no sample: options: expected one for each of choices, as the prompt lists them`,
      );
    }
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
    throw taskError(path, `load() failed: ${errorMessage(error)}`, {}, error);
  }
}

function taskError(path: string, problem: string, details: object = {}, cause?: unknown): SteeringError {
  return new SteeringError("ERR_TASK", `${path}: ${problem}`, { path, ...details }, { cause });
}

function firstIssue(error: z.ZodError): string {
  const { path, message } = error.issues[0]!;
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}
