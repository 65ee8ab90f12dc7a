import { join } from "node:path";
import type { Sample } from "../../lib/data/sample";
import type { Task } from "../../lib/tasks/task";

export const TINY_MODEL = join(__dirname, "..", "fixtures", "llama.gguf");
export const TINY_SAES = join(__dirname, "..", "fixtures", "saes", "llama");

/** Questions without meaning, which the random model answers with what looks like noise. */
export function tinySamples(n: number, choices?: readonly string[]): Sample[] {
  return Array.from({ length: n }, (_, i) => ({
    id: `q${i}`,
    prompt: Array.from({ length: 12 + (i % 5) }, (_, k) =>
      String.fromCharCode(97 + ((i * 7 + k * k * 3 + i * k) % 26)),
    ).join(""),
    expected: choices?.[i % choices.length]?.trim() ?? "",
    group: i % 2 === 0 ? "even" : "odd",
    ...(choices && { choices }),
  }));
}

/** Right when the sum of the answer's characters is even: deterministic, and neither always nor never so. */
export const parityTask: Task = {
  name: "parity",
  kind: "generation",
  maxTokens: 6,
  stop: [],
  pooling: "max",
  async *load() {
    yield* tinySamples(8);
  },
  scorers: [
    {
      name: "parity",
      score: ({ completion }) => Number(Buffer.from(completion).reduce((sum, byte) => sum + byte, 0) % 2 === 0),
    },
  ],
};
