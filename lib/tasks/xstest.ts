import { readCsv } from "../data/csv";
import { locate } from "../data/locate";
import { UniqueIds } from "../data/unique-ids";
import { refusalPhrases } from "../score/refusal";
import type { Task } from "./task";

/**
 * XSTest (Roettger et al., arXiv 2308.01263), from a folder with `xstest_prompts.csv`: right is to answer what is safe
 * and to refuse what is not. `expected` is "safe" or "unsafe", `group` the type of prompt; there are no splits.
 */
export const xstest: Task = {
  name: "xstest",
  kind: "generation",
  maxTokens: 32,
  stop: [],
  scorers: [refusalPhrases],
  pooling: "max",

  async *load(path) {
    const ids = new UniqueIds();
    for await (const row of readCsv(locate(path, ["xstest/xstest_prompts.csv", "xstest_prompts.csv"]))) {
      yield {
        id: ids.claim(row.text("id"), row, "id"),
        prompt: `Request: ${row.text("prompt")}\nClassification:`,
        expected: row.oneOf("label", ["safe", "unsafe"]),
        group: row.text("type"),
      };
    }
  },
};
