import { readJsonl } from "../data/jsonl";
import type { Row } from "../data/row";
import type { Sample, SplitName } from "../data/sample";
import { UniqueIds } from "../data/unique-ids";
import { listsOptions } from "../prompt/option-orders";
import { questionPrompt } from "../prompt/question";
import { builtInScorers } from "../score/built-in";
import { shortAnswer } from "../score/contains";
import { exactMatchScorer } from "../score/exact-match";
import type { Scorer } from "../score/scorer";
import type { Task } from "./task";

const SPLITS: readonly SplitName[] = ["train", "validation", "test"];

/**
 * A user's own questions, one JSON object a line: `prompt`, `expected`, and where wanted `choices`, `group`, `cluster`,
 * `id`, `split`, `options`. The answer is the text up to the first line end. With `choices` it has to be the expected one to the letter;
 * without them it has to contain that. All built-in scorers can be asked for.
 */
export const jsonl: Task = {
  name: "jsonl",
  kind: "generation",
  maxTokens: 32,
  stop: ["\n"],
  scorers: allAfter(shortAnswer),
  pooling: "max",

  async *load(path) {
    const ids = new UniqueIds();
    for await (const row of readJsonl(path)) yield toSample(row, ids);
  },
};

/** The same for questions that all have `choices`, of one token each such as " A": one token is the answer. */
export const jsonlChoice: Task = {
  ...jsonl,
  name: "jsonl-choice",
  kind: "choice",
  scorers: allAfter(exactMatchScorer),
  maxTokens: 1,
  stop: [],

  async *load(path) {
    const ids = new UniqueIds();
    for await (const row of readJsonl(path)) {
      const sample = toSample(row, ids);
      if (!sample.choices) throw row.reject("choices", "a list of non-empty strings", undefined);
      yield sample;
    }
  },
};

function allAfter(first: Scorer): Task["scorers"] {
  return [first, ...builtInScorers.filter((scorer) => scorer !== first)];
}

function toSample(row: Row, ids: UniqueIds): Sample {
  const expected = row.textOrNumber("expected");
  const choices = readChoices(row, expected);
  const [group, cluster] = [row.optionalText("group"), row.optionalTextOrNumber("cluster")];
  const prompt = row.text("prompt");
  const answer = `${/\s$/.test(prompt) ? "" : " "}${expected.trim()}\n\n`;
  const options = readOptions(row, prompt, choices);
  const split = row.optionalText("split") === undefined ? undefined : row.oneOf("split", SPLITS);
  return {
    id: ids.claim(row.optionalTextOrNumber("id") ?? `line-${row.number}`, row, "id"),
    ...questionPrompt({ text: prompt, answer }),
    expected,
    ...(choices && { choices }),
    ...(options && { options }),
    ...(group && { group }),
    ...(cluster && { cluster }),
    ...(split && { split }),
  };
}

function readOptions(row: Row, prompt: string, choices: readonly string[] = []): string[] | undefined {
  const options = row.optionalTexts("options");
  if (options === undefined || listsOptions({ prompt, options, choices })) return options;
  throw row.reject("options", 'one for each of the choices, as the prompt lists them: lines such as "A. yes"', options);
}

function readChoices(row: Row, expected: string): string[] | undefined {
  const choices = row.optionalTexts("choices");
  if (choices === undefined) return undefined;
  const texts = new Set(choices.map((choice) => choice.trim()));
  if (texts.size < 2 || texts.size < choices.length) throw row.reject("choices", "two or more, all different", choices);
  if (!texts.has(expected.trim()))
    throw row.reject("expected", `one of the choices ${[...texts].join(", ")}`, expected);
  return choices;
}
