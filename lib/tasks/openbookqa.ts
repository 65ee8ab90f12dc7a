import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { readAi2 } from "./ai2";
import { optionLetterTask } from "./option-letter";
import type { Task } from "./task";

const FILES = {
  ...{ configuration: "main", stem: "question_stem" },
  ...{ folder: "openbookqa", train: "train.jsonl", dev: "dev.jsonl", test: "test.jsonl" },
  alone: (stem: string) => stem, // of which its options are the end
};

/**
 * OpenBookQA (Mihaylov et al., arXiv 1809.02789) without its book, from a folder with `train.jsonl` and `test.jsonl`, or
 * the hub's. The published code does not have it: "official" is its MMLU prompt.
 */
export const openbookqa: Task = {
  ...optionLetterTask,
  name: "openbookqa",
  published: {
    repository: "allenai/openbookqa",
    revision: "388097ea7776314e93a529163e0fea805b8a6454",
    files: /^main\/(train|validation|test)-/,
    licence: "Apache-2.0",
    sizeBytes: 500_000,
  },
  load: (path, prompting = DEFAULT_PROMPTING) => readAi2(FILES, path, prompting),
};
