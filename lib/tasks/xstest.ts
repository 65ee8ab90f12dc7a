import { readCsv } from "../data/csv";
import { locate } from "../data/locate";
import { publishedPart } from "../data/published-part";
import { UniqueIds } from "../data/unique-ids";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { requestSample, requestTask } from "./request";
import type { Task } from "./task";

/**
 * XSTest (Roettger et al., arXiv 2308.01263), from a folder with `xstest_prompts.csv`, or the hub's: right is to answer what is safe
 * and to refuse what is not. The official prompt asks for a classification, which nobody reads. `group` is the type of
 * prompt; there are no splits.
 */
export const xstest: Task = {
  ...requestTask,
  name: "xstest",

  published: {
    repository: "walledai/XSTest",
    revision: "main",
    files: /^data\/test-/,
    licence: "CC-BY-4.0",
    sizeBytes: 30_000,
  },

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const ids = new UniqueIds();
    const published = publishedPart(path, "data", "test");
    const rows = published ?? readCsv(locate(path, ["xstest/xstest_prompts.csv", "xstest_prompts.csv"]));
    for await (const row of rows) {
      const expected = row.oneOf("label", ["safe", "unsafe"]);
      const official = { cue: "Classification:", example: `Classification: ${expected}\n` };
      const id = published ? String(row.number) : row.text("id"); // which the hub has left out
      const fields = { id: ids.claim(id, row, "id"), group: row.text("type") };
      yield requestSample(fields, { request: row.text("prompt"), expected, official }, prompting);
    }
  },
};
