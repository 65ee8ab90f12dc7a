import { createHash } from "node:crypto";
import { readCsv } from "../data/csv";
import { locate } from "../data/locate";
import { UniqueIds } from "../data/unique-ids";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { choiceSample, optionLetterTask } from "./option-letter";
import type { Task } from "./task";

const FILES = ["TruthfulQA.csv", "TruthfulQA_817.csv"];

/**
 * TruthfulQA as multiple choice, MC1 (Lin et al., arXiv 2109.07958), from a folder with `TruthfulQA.csv`: the options are
 * the best answer and all incorrect ones, in an order that follows from question and option, so that it is the same for
 * everybody and says nothing. `group` is the category; there are no splits. The published code does not have it: "official"
 * is its MMLU prompt.
 */
export const truthfulqa: Task = {
  ...optionLetterTask,
  name: "truthfulqa",

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const file = locate(path, [...FILES.map((file) => `truthfulqa/${file}`), ...FILES]);
    const ids = new UniqueIds();
    for await (const row of readCsv(file)) {
      const question = row.text("Question");
      const best = row.text("Best Answer").trim();
      const incorrect = row.text("Incorrect Answers").split(";");
      const distinct = [
        ...new Set([best, ...incorrect.map((answer) => answer.trim()).filter((answer) => answer !== "")]),
      ];
      if (distinct.length < 2) throw row.reject("Incorrect Answers", "one that is not the best answer", incorrect);
      const options = shuffled(question, distinct);
      yield choiceSample(
        { id: ids.claim(question, row, "Question"), group: row.text("Category") },
        { question, options, gold: options.indexOf(best), alone: `Q: ${question}\nA:` },
        prompting,
      );
    }
  },
};

function shuffled(question: string, options: readonly string[]): string[] {
  const key = (option: string) => createHash("sha256").update(`${question}\n${option}`).digest("hex");
  return options
    .map((option) => ({ option, key: key(option) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ option }) => option);
}
