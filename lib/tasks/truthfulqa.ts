import { createHash } from "node:crypto";
import { readCsv } from "../data/csv";
import { locate } from "../data/locate";
import { publishedPart } from "../data/published-part";
import { UniqueIds } from "../data/unique-ids";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { choiceSample, optionLetterTask } from "./option-letter";
import type { Task } from "./task";

const FILES = ["TruthfulQA.csv", "TruthfulQA_817.csv"];
/** Columns of the authors' file, and of the hub's, whose incorrect answers are a list. */
const AUTHORS = {
  ...{ question: "Question", category: "Category" },
  ...{ best: "Best Answer", incorrect: "Incorrect Answers" },
};
const PUBLISHED = {
  ...{ question: "question", category: "category" },
  ...{ best: "best_answer", incorrect: "incorrect_answers" },
};

/**
 * TruthfulQA as multiple choice, MC1 (Lin et al., arXiv 2109.07958), from a folder with `TruthfulQA.csv`, or the hub's 817
 * questions: the options are the best answer and all incorrect ones, in an order that follows from question and option, so that it is the same for
 * everybody and says nothing. `group` is the category; there are no splits. The published code does not have it: "official"
 * is its MMLU prompt.
 */
export const truthfulqa: Task = {
  ...optionLetterTask,
  name: "truthfulqa",
  published: {
    repository: "truthfulqa/truthful_qa",
    revision: "741b8276f2d1982aa3d5b832d3ee81ed3b896490",
    files: /^generation\/validation-/,
    licence: "Apache-2.0",
    sizeBytes: 220_000,
  },

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const published = publishedPart(path, "generation", "validation");
    const names = published ? PUBLISHED : AUTHORS;
    const rows = published ?? readCsv(locate(path, [...FILES.map((file) => `truthfulqa/${file}`), ...FILES]));
    const ids = new UniqueIds();
    for await (const row of rows) {
      const question = row.text(names.question);
      const best = row.text(names.best).trim();
      const incorrect = published ? row.texts(names.incorrect) : row.text(names.incorrect).split(";");
      const distinct = [
        ...new Set([best, ...incorrect.map((answer) => answer.trim()).filter((answer) => answer !== "")]),
      ];
      if (distinct.length < 2) throw row.reject(names.incorrect, "one that is not the best answer", incorrect);
      const options = shuffled(question, distinct);
      yield choiceSample(
        { id: ids.claim(question, row, names.question), group: row.text(names.category) },
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
