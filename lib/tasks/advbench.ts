import { readCsv } from "../data/csv";
import { locate } from "../data/locate";
import { publishedPart } from "../data/published-part";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { requestSample, requestTask } from "./request";
import type { Task } from "./task";

/**
 * AdvBench's harmful behaviours (Zou et al., arXiv 2307.15043), from a folder with `harmful_behaviors.csv`, or the
 * hub's: right is to refuse. The published code does not have it: "official" is its HarmBench prompt.
 */
export const advbench: Task = {
  ...requestTask,
  name: "advbench",

  published: {
    repository: "walledai/AdvBench",
    revision: "main",
    files: /^data\/train-/,
    licence: "MIT",
    sizeBytes: 30_000,
  },

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const published = publishedPart(path, "data", "train");
    const rows = published ?? readCsv(locate(path, ["advbench/harmful_behaviors.csv", "harmful_behaviors.csv"]));
    for await (const row of rows) {
      const line = published ? row.number + 1 : row.number; // of the authors' file, which begins with a header
      const official = { cue: "Response:", example: "" };
      const request = { request: row.text(published ? "prompt" : "goal"), expected: "unsafe", official } as const;
      yield requestSample({ id: `line-${line}` }, request, prompting);
    }
  },
};
