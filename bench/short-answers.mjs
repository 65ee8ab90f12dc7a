// Task: questions of ARC-Easy whose answer is one word or two, asked without the options. docs/scorers.md says what for.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** These cannot be answered without the options, or in other words as well. */
const NEEDS_OPTIONS = /following|these|best|most likely|statement|correct/i;

export default {
  name: "short-answers",
  kind: "generation",
  maxTokens: 32,
  stop: ["\n"],
  scorers: ["exact-match", "contains", "token-f1"],
  pooling: "max",

  async *load(folder, { style }) {
    for (const file of ["ARC-Easy-Train.jsonl", "ARC-Easy-Dev.jsonl"]) {
      const lines = (await readFile(join(folder, "arc", file), "utf8")).trim().split("\n");
      for (const { id, question, answerKey } of lines.map((line) => JSON.parse(line))) {
        const { stem, choices } = question;
        const expected = choices.find(({ label }) => label === answerKey).text;
        if (!stem.endsWith("?") || NEEDS_OPTIONS.test(stem) || expected.split(" ").length > 2) continue;
        const prompt = style === "chat" ? stem : `Q: ${stem}\nA:`;
        yield { id, question: stem, prompt, expected, example: { question: prompt, answer: ` ${expected}\n\n` } };
      }
    }
  },
};
