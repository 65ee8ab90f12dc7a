import { readJsonl } from "../data/jsonl";
import { locate } from "../data/locate";
import { UniqueIds } from "../data/unique-ids";
import { optionLetter } from "../prompt/multiple-choice";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { choiceSample, optionLetterTask } from "./option-letter";
import type { Task } from "./task";

const FILES = ["test.jsonl.gz", "test.jsonl"];

/** The published test part: a grouped five-fold cut by category of the questions with ten options, its first fold. */
const OFFICIAL_TEST = ["biology", "history", "physics"];

/**
 * MMLU-Pro (Wang et al., arXiv 2406.01574), from a folder with `test.jsonl` or `test.jsonl.gz`. `group` is the category;
 * the test file is all there is, so there are no splits. The published code reads a copy (rbiswasfc/MMLU-Pro) that keeps
 * the 9,982 questions with ten options and has the categories of train (7,847) and test (2,135) disjoint: so it is under
 * "official".
 */
export const mmluPro: Task = {
  ...optionLetterTask,
  name: "mmlu-pro",

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const file = locate(path, [...FILES.map((file) => `mmlu_pro/${file}`), ...FILES]);
    const isOfficial = prompting.style === "official";
    const ids = new UniqueIds();
    for await (const row of readJsonl(file)) {
      const id = ids.claim(`${row.integer("question_id", 0, Infinity)}`, row, "question_id");
      const [group, options] = [row.text("category"), row.texts("options")];
      const letters = options.map((_, i) => optionLetter(i));
      const question = { question: row.text("question"), options, gold: letters.indexOf(row.oneOf("answer", letters)) };
      if (isOfficial && options.length !== 10) continue;
      const split = OFFICIAL_TEST.includes(group) ? "test" : "train";
      yield choiceSample({ id, group, ...(isOfficial && { split }) }, question, prompting, officialCandidates);
    }
  },
};

/** The published code joins strings that begin with a space already. */
function officialCandidates(letters: readonly string[]): string {
  return letters.map((letter) => ` ${letter}`).join(", ");
}
