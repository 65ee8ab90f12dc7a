import type { Sample, WorkedExample } from "../data/sample";
import { splitSamples, type Split } from "../data/split";
import { invalidArgument } from "../errors";
import { withContext } from "../prompt/ask";
import type { ChatTemplate } from "../prompt/chat-template";
import { requireScorable } from "../ask/require-samples";
import type { Task } from "../tasks/task";
import { triesChoices } from "../tasks/tries-choices";
import type { Setup } from "./setup-options";

/** A setup's questions, parted, and what is shown before each of them. */
export interface Questions {
  readonly split: Split;
  readonly examples: readonly WorkedExample[];
}

/** A setup whose questions are on this machine. */
type HereSetup = Setup & { readonly data: string };

/** Reads and parts the questions of the category. @throws ERR_INVALID_ARGUMENT, ERR_DATASET_FORMAT, ERR_TASK */
export async function readQuestions(task: Task, setup: HereSetup, signal?: AbortSignal): Promise<Questions> {
  const pool: Sample[] = [];
  const { promptStyle: style, chainOfThought } = setup;
  const prompting = { style, chainOfThought, ...(triesChoices(task) && { optionsLeftOut: true }) };
  for await (const sample of task.load(setup.data, prompting)) {
    signal?.throwIfAborted();
    pool.push(sample);
  }
  requireScorable(task, pool);
  const { seed, split: kind, samples, validationSamples: validation, testSamples: test, fewShot, category } = setup;
  const asked = category === undefined ? pool : ofCategory(pool, category);
  const whole = splitSamples(asked, { seed, kind, validation, ...(test !== undefined && { test }) });
  const nTrain = whole.train.length - fewShot;
  if (fewShot > 0 && nTrain <= 0) {
    throw invalidArgument("fewShot", `less than the ${whole.train.length} questions to select features on`, fewShot);
  }
  const examples = whole.train.slice(nTrain).map(({ example }) => {
    if (example) return example;
    throw invalidArgument("fewShot", `0, as task ${task.name}, asked like this, has no answers to show`, fewShot);
  });
  const train = whole.train.slice(0, Math.min(samples, nTrain));
  const shortfall = { ...whole.shortfall, train: samples - train.length };
  return { split: { ...whole, train, shortfall }, examples };
}

/** The split with every prompt as the model is to see it: with `chat`, as a chat. @throws ERR_CHAT_TEMPLATE */
export function askQuestions({ split, examples }: Questions, chat?: ChatTemplate): Split {
  if (!chat && examples.length === 0) return split;
  const ask = (samples: readonly Sample[]) => samples.map((sample) => withContext(sample, examples, chat));
  return { ...split, train: ask(split.train), validation: ask(split.validation), test: ask(split.test) };
}

/**
 * The questions of a group, or of its parts: "Age" is "Age/ambig" and "Age/disambig". Where that leaves a split of the data
 * set without a question, as MMLU's auxiliary questions have no subject of the test, the rest are one pool.
 */
function ofCategory(pool: readonly Sample[], category: string): Sample[] {
  const wanted = pool.filter(({ group }) => group === category || group?.startsWith(`${category}/`));
  if (wanted.length === 0) {
    const groups = [...new Set(pool.flatMap(({ group }) => group ?? []))].sort();
    throw invalidArgument(
      "category",
      groups.length === 0 ? "a task that has groups" : `one of ${groups.join(", ")}`,
      category,
    );
  }
  const splits = (samples: readonly Sample[]) => new Set(samples.map(({ split }) => split)).size;
  return splits(wanted) === splits(pool) ? wanted : wanted.map(({ split: _, ...sample }) => sample);
}
