import { dirname, join } from "node:path";
import { readJsonl } from "../data/jsonl";
import { locate } from "../data/locate";
import { goldNumber, gsm8kOfficial } from "../score/gsm8k-official";
import type { Task } from "./task";

/** GSM8K (Cobbe et al., arXiv 2110.14168), from a folder with `train.jsonl` and `test.jsonl`. */
export const gsm8k: Task = {
  name: "gsm8k",
  kind: "generation",
  maxTokens: 512,
  stop: [],
  scorers: [gsm8kOfficial],
  pooling: "mean",

  async *load(path) {
    const folder = dirname(locate(path, ["gsm8k/test.jsonl", "test.jsonl"]));
    for (const split of ["train", "test"] as const) {
      for await (const row of readJsonl(join(folder, `${split}.jsonl`))) {
        yield {
          id: `${split}/${row.number}`,
          prompt: `Q: ${row.text("question")}\nA: Give your final numerical answer after ####\n`,
          expected: goldNumber(row.text("answer")),
          split,
        };
      }
    }
  },
};
