import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readCsv } from "../data/csv";
import { datasetError } from "../data/dataset-error";
import { locate } from "../data/locate";
import type { Sample, SplitName } from "../data/sample";
import { DEFAULT_PROMPTING, type Prompting } from "../prompt/prompting";
import { textHash } from "../data/text-hash";
import { choiceSample, optionLetterTask } from "./option-letter";
import type { Task } from "./task";

/** The folders of the authors' archive. `dev` holds the few-shot examples, so it is no split. */
const FOLDERS: readonly (readonly [folder: string, split: SplitName])[] = [
  ["auxiliary_train", "train"],
  ["val", "validation"],
  ["test", "test"],
];
const LETTERS = ["A", "B", "C", "D"] as const;
const COLUMNS = ["question", ...LETTERS, "answer"];

/** MMLU (Hendrycks et al., arXiv 2009.03300), from a folder with `auxiliary_train/`, `val/` and `test/`; cluster: the passage. */
export const mmlu: Task = {
  ...optionLetterTask,
  name: "mmlu",

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const root = dirname(locate(path, ["mmlu/test", "test"]));
    for (const [folder, split] of FOLDERS) yield* readSplit(locate(root, [folder]), split, prompting);
  },
};

async function* readSplit(folder: string, split: SplitName, prompting: Prompting): AsyncGenerator<Sample> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".csv")).sort();
  if (files.length === 0) throw datasetError({ path: folder }, "expected .csv files in it");
  for (const file of files) {
    const subject = file.replace(/(_val|_test)?\.csv$/, "");
    let index = 0;
    for await (const row of readCsv(join(folder, file), COLUMNS)) {
      const options = LETTERS.map((letter) => row.text(letter));
      const gold = LETTERS.indexOf(row.oneOf("answer", LETTERS));
      const question = row.text("question");
      const passage = passageOf(question);
      yield choiceSample(
        { id: `${split}/${subject}/${index++}`, group: subject, split, ...(passage && { cluster: passage }) },
        { question, options, gold },
        prompting,
      );
    }
  }
}

/** A hash of the passage that a question is about, which several have, in two splits at times; all but its last line. */
function passageOf(question: string): string | undefined {
  const [, passage] =
    /^\s*This question refers to the following information\.\s*\n([^]*)\n/.exec(question.trimEnd()) ?? [];
  return passage === undefined ? undefined : `passage ${textHash(passage)}`;
}
