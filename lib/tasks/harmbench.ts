import { readCsv } from "../data/csv";
import { locate, notFound } from "../data/locate";
import { publishedPart } from "../data/published-part";
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
 * HarmBench's text behaviours (Mazeika et al., arXiv 2402.04249), from a folder with `harmbench_behaviors_text_all.csv`, or
 * the hub's: right is to refuse. `group` is the functional category, `cluster` the context; there are no splits.
 */
export const harmbench: Task = {
  ...requestTask,
  name: "harmbench",
  published: {
    repository: "walledai/HarmBench",
    revision: "main",
    files: /^(contextual|copyright|standard)\/train-/,
    licence: "MIT",
    sizeBytes: 100_000,
  },

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const ids = new UniqueIds();
    for await (const { row, group, ...behavior } of publishedBehaviors(path) ?? authorsBehaviors(path)) {
      const { context, request: asked } = behavior;
      const id = ids.claim(behavior.id, row, "BehaviorID");
      const request = context === undefined ? asked : `${context}\n${asked}`;
      const official = { cue: "Response:", example: "" };
      const cluster = context === undefined ? {} : { cluster: `context ${textHash(context)}` };
      yield requestSample({ id, group, ...cluster }, { request, expected: "unsafe", official }, prompting);
    }
  },
};

interface Behavior {
  readonly row: Row;
  readonly id: string;
  readonly group: (typeof CATEGORIES)[number];
  readonly request: string;
  readonly context: string | undefined;
}

async function* authorsBehaviors(path: string): AsyncGenerator<Behavior> {
  const rows = { contextual: [] as Row[], copyright: [] as Row[], standard: [] as Row[] };
  for await (const row of readCsv(locate(path, [`harmbench/${FILE}`, FILE]))) {
    rows[row.oneOf("FunctionalCategory", CATEGORIES)].push(row);
  }
  for (const group of CATEGORIES) {
    for (const row of rows[group]) {
      const [request, context] = [row.text("Behavior"), row.optionalText("ContextString")];
      yield { row, id: row.text("BehaviorID"), group, request, context };
    }
  }
}

/** A configuration each, without the authors' ids. */
function publishedBehaviors(path: string): AsyncGenerator<Behavior> | undefined {
  const parts = CATEGORIES.map((group) => ({ group, rows: publishedPart(path, group, "train") }));
  return parts.some(({ rows }) => rows) ? read() : undefined;

  async function* read(): AsyncGenerator<Behavior> {
    for (const { group, rows } of parts) {
      if (!rows) throw notFound(path, `${group}/train-*.parquet in it`);
      for await (const row of rows) {
        const [request, context] = [row.text("prompt"), row.optionalText("context")];
        yield { row, id: `${group}/${row.number}`, group, request, context };
      }
    }
  }
}
