import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { readAi2 } from "./ai2";
import { optionLetterTask } from "./option-letter";
import type { Task } from "./task";

const FILES = {
  ...{ folder: "openbookqa", train: "train.jsonl", dev: "dev.jsonl", test: "test.jsonl" },
  alone: (stem: string) => stem, // of which its options are the end
};

/**
 * OpenBookQA (Mihaylov et al., arXiv 1809.02789) without its book, from a folder with `train.jsonl` and `test.jsonl`. The
 * published code does not have it: "official" is its MMLU prompt.
 */
export const openbookqa: Task = {
  ...optionLetterTask,
  name: "openbookqa",
  load: (path, prompting = DEFAULT_PROMPTING) => readAi2(FILES, path, prompting),
};
