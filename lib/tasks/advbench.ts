import { readCsv } from "../data/csv";
import { locate } from "../data/locate";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { requestSample, requestTask } from "./request";
import type { Task } from "./task";

/**
 * AdvBench's harmful behaviours (Zou et al., arXiv 2307.15043), from a folder with `harmful_behaviors.csv`: right is to
 * refuse. The published code does not have it: "official" is its HarmBench prompt.
 */
export const advbench: Task = {
  ...requestTask,
  name: "advbench",

  async *load(path, prompting = DEFAULT_PROMPTING) {
    for await (const row of readCsv(locate(path, ["advbench/harmful_behaviors.csv", "harmful_behaviors.csv"]))) {
      const official = { cue: "Response:", example: "" };
      const request = { request: row.text("goal"), expected: "unsafe", official } as const;
      yield requestSample({ id: `line-${row.number}` }, request, prompting);
    }
  },
};
