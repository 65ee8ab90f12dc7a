import { readJsonl } from "../data/jsonl";
import { locate } from "../data/locate";
import { publishedPart } from "../data/published-part";
import type { Row } from "../data/row";
import type { SplitName } from "../data/sample";
import { UniqueIds } from "../data/unique-ids";
import { optionLetter } from "../prompt/multiple-choice";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { choiceSample, optionLetterTask } from "./option-letter";
import type { PublishedData } from "./published-data";
import type { Task } from "./task";

const FILES = ["test.jsonl.gz", "test.jsonl"];

/** The published test part: a grouped five-fold cut by category of the questions with ten options, its first fold. */
const OFFICIAL_TEST = ["biology", "history", "physics"];

const PUBLISHED: PublishedData = {
  repository: "TIGER-Lab/MMLU-Pro",
  revision: "b189ec765aa7ed75c8acfea42df31fdae71f97be",
  files: /^data\/(train|test)-/,
  licence: "MIT",
  sizeBytes: 4_200_000,
};

/**
 * MMLU-Pro (Wang et al., arXiv 2406.01574), from a folder with `test.jsonl` or `test.jsonl.gz`, or the hub's. `group` is the
 * category; the test file is all there is, so there are no splits. The published code reads a copy (rbiswasfc/MMLU-Pro)
 * that keeps the 9,982 questions with ten options and has the categories of train (7,847) and test (2,135) disjoint: so it
 * is under "official".
 */
export const mmluPro: Task = {
  ...optionLetterTask,
  name: "mmlu-pro",
  published: PUBLISHED,
  under: (prompting) => ({
    ...optionLetterTask.under!(prompting),
    ...(prompting.style === "official" && {
      published: { ...PUBLISHED, repository: "rbiswasfc/MMLU-Pro", revision: "main" },
    }),
  }),

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const isOfficial = prompting.style === "official";
    const ids = new UniqueIds();
    for await (const { row, part } of readRows(path)) {
      const id = ids.claim(part === undefined ? idOf(row) : idOfCopy(row, part), row, "question_id");
      const [group, options] = [row.text("category"), row.texts("options")];
      const letters = options.map((_, i) => optionLetter(i));
      const question = { question: row.text("question"), options, gold: letters.indexOf(row.oneOf("answer", letters)) };
      if (isOfficial && options.length !== 10) continue;
      const split = part ?? (OFFICIAL_TEST.includes(group) ? "test" : "train");
      yield choiceSample({ id, group, ...(isOfficial && { split }) }, question, prompting, officialCandidates);
    }
  },
};

/** The part where the data are the published code's copy, which has two. */
async function* readRows(path: string): AsyncGenerator<{ readonly row: Row; readonly part?: SplitName }> {
  const [train, test] = [publishedPart(path, "data", "train"), publishedPart(path, "data", "test")];
  if (train) for await (const row of train) yield { row, part: "train" };
  const rows = test ?? readJsonl(locate(path, [...FILES.map((file) => `mmlu_pro/${file}`), ...FILES]));
  for await (const row of rows) yield train ? { row, part: "test" } : { row };
}

function idOf(row: Row): string {
  return `${row.integer("question_id", 0, Infinity)}`;
}

function idOfCopy(row: Row, part: string): string {
  return row.optionalTextOrNumber("question_id") ?? `${part}/${row.number}`;
}

/** The published code joins strings that begin with a space already. */
function officialCandidates(letters: readonly string[]): string {
  return letters.map((letter) => ` ${letter}`).join(", ");
}
