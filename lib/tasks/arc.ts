import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { readAi2 } from "./ai2";
import { optionLetterTask } from "./option-letter";
import type { Task } from "./task";

/**
 * ARC (Clark et al., arXiv 1803.05457), from a folder with `ARC-Easy-Train.jsonl`, `ARC-Easy-Dev.jsonl` and the same of
 * ARC-Challenge, or the hub's. `group` is "easy" or "challenge". The published code does not have it: "official" is its MMLU prompt.
 */
export const arc: Task = {
  ...optionLetterTask,
  name: "arc",
  published: {
    repository: "allenai/ai2_arc",
    revision: "210d026faf9955653af8916fad021475a3f00453",
    files: /^ARC-(Easy|Challenge)\/(train|validation|test)-/,
    licence: "CC-BY-SA-4.0",
    sizeBytes: 1_200_000,
  },

  async *load(path, prompting = DEFAULT_PROMPTING) {
    for (const name of ["Easy", "Challenge"] as const) {
      const file = (part: string) => `ARC-${name}-${part}.jsonl`;
      const files = { train: file("Train"), dev: file("Dev"), test: file("Test") };
      const published = { configuration: `ARC-${name}`, stem: "question" };
      yield* readAi2({ folder: "arc", ...files, ...published, group: name.toLowerCase() }, path, prompting);
    }
  },
};
