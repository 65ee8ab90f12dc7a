import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readCsv } from "../data/csv";
import { datasetError } from "../data/dataset-error";
import { locate } from "../data/locate";
import { publishedPart } from "../data/published-part";
import type { Row } from "../data/row";
import type { SplitName } from "../data/sample";
import type { LetteredQuestion } from "../prompt/multiple-choice";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { textHash } from "../data/text-hash";
import { choiceSample, optionLetterTask } from "./option-letter";
import type { Task } from "./task";

/** As the authors' archive and the hub call them. `dev` holds the few-shot examples, so it is no split. */
const PARTS: readonly { readonly split: SplitName; readonly folder: string; readonly part: string }[] = [
  { split: "train", folder: "auxiliary_train", part: "auxiliary_train" },
  { split: "validation", folder: "val", part: "validation" },
  { split: "test", folder: "test", part: "test" },
];
const LETTERS = ["A", "B", "C", "D"] as const;
const COLUMNS = ["question", ...LETTERS, "answer"];

/**
 * MMLU (Hendrycks et al., arXiv 2009.03300), from a folder with `auxiliary_train/`, `val/` and `test/`, or the hub's;
 * cluster: the passage.
 */
export const mmlu: Task = {
  ...optionLetterTask,
  name: "mmlu",
  published: {
    repository: "cais/mmlu",
    revision: "c30699e8356da336a370243923dbaf21066bb9fe",
    files: /^all\/(auxiliary_train|validation|test)-/,
    licence: "MIT",
    sizeBytes: 51_500_000,
  },

  async *load(path, prompting = DEFAULT_PROMPTING) {
    for (const { split, folder, part } of PARTS) {
      const indices = new Map<string, number>();
      for await (const { subject, ...question } of publishedQuestions(path, part) ?? archivedQuestions(path, folder)) {
        const index = indices.get(subject) ?? 0;
        indices.set(subject, index + 1);
        const passage = passageOf(question.question);
        yield choiceSample(
          { id: `${split}/${subject}/${index}`, group: subject, split, ...(passage && { cluster: passage }) },
          question,
          prompting,
        );
      }
    }
  },
};

interface Question extends LetteredQuestion {
  readonly subject: string;
}

async function* archivedQuestions(path: string, part: string): AsyncGenerator<Question> {
  const folder = locate(dirname(locate(path, ["mmlu/test", "test"])), [part]);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".csv")).sort();
  if (files.length === 0) throw datasetError({ path: folder }, "expected .csv files in it");
  for (const file of files) {
    const subject = file.replace(/(_val|_test)?\.csv$/, "");
    for await (const row of readCsv(join(folder, file), COLUMNS)) {
      const options = LETTERS.map((letter) => row.text(letter));
      yield { subject, question: row.text("question"), options, gold: LETTERS.indexOf(row.oneOf("answer", LETTERS)) };
    }
  }
}

function publishedQuestions(path: string, part: string): AsyncGenerator<Question> | undefined {
  const rows = publishedPart(path, "all", part);
  return rows && read(rows);

  async function* read(rows: AsyncGenerator<Row>): AsyncGenerator<Question> {
    for await (const row of rows) {
      const gold = row.integer("answer", 0, LETTERS.length - 1);
      // Of auxiliary_train the hub has one file, which does not say where a question is from.
      const subject = row.optionalText("subject") ?? part;
      yield { subject, question: row.text("question"), options: row.strings("choices", LETTERS.length), gold };
    }
  }
}

/** A hash of the passage that a question is about, which several have, in two splits at times; all but its last line. */
function passageOf(question: string): string | undefined {
  const [, passage] =
    /^\s*This question refers to the following information\.\s*\n([^]*)\n/.exec(question.trimEnd()) ?? [];
  return passage === undefined ? undefined : `passage ${textHash(passage)}`;
}
