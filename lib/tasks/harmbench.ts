import { readCsv } from "../data/csv";
import { locate } from "../data/locate";
import type { Row } from "../data/row";
import { textHash } from "../data/text-hash";
import { UniqueIds } from "../data/unique-ids";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { requestSample, requestTask } from "./request";
import type { Task } from "./task";

const FILE = "harmbench_behaviors_text_all.csv";
/** In the order in which the published code joins them. */
const CATEGORIES = ["contextual", "copyright", "standard"] as const;

/**
 * HarmBench's text behaviours (Mazeika et al., arXiv 2402.04249), from a folder with `harmbench_behaviors_text_all.csv`:
 * right is to refuse. `group` is the functional category, `cluster` the context; there are no splits.
 */
export const harmbench: Task = {
  ...requestTask,
  name: "harmbench",

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const ids = new UniqueIds();
    const rows = { contextual: [] as Row[], copyright: [] as Row[], standard: [] as Row[] };
    for await (const row of readCsv(locate(path, [`harmbench/${FILE}`, FILE]))) {
      rows[row.oneOf("FunctionalCategory", CATEGORIES)].push(row);
    }
    for (const group of CATEGORIES) {
      for (const row of rows[group]) {
        const id = ids.claim(row.text("BehaviorID"), row, "BehaviorID");
        const context = row.optionalText("ContextString");
        const behavior = row.text("Behavior");
        const request = context === undefined ? behavior : `${context}\n${behavior}`;
        const official = { cue: "Response:", example: "" };
        const cluster = context === undefined ? {} : { cluster: `context ${textHash(context)}` };
        yield requestSample({ id, group, ...cluster }, { request, expected: "unsafe", official }, prompting);
      }
    }
  },
};
