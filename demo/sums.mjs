import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** The demo's questions: what a sum gives, in one token, as `docs/writing-a-task.md` says tasks are written. */
export default {
  name: "sums",
  kind: "choice",
  maxTokens: 1,
  stop: [],
  scorer: "exact-match",
  pooling: "max",

  async *load(path) {
    for await (const line of createInterface({ input: createReadStream(path) })) yield JSON.parse(line);
  },

  score: (completion, { expected }) => (completion === expected ? 1 : 0),
};
