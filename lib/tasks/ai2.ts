import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJsonl } from "../data/jsonl";
import { locate } from "../data/locate";
import { publishedPart } from "../data/published-part";
import type { Row } from "../data/row";
import type { Sample, SplitName } from "../data/sample";
import { UniqueIds } from "../data/unique-ids";
import type { Prompting } from "../prompt/prompting";
import { choiceSample } from "./option-letter";

/** File names of a data set in AI2's form, `{ id, question: { stem, choices: [{ text, label }] }, answerKey }`. */
export interface Ai2Files {
  /** The folder that they lie in when the user names the folder of all data sets. */
  readonly folder: string;
  readonly train: string;
  readonly dev: string;
  readonly test: string;
  /** What the hub calls the data set, and of its columns the question's: `{ id, <stem>, choices: { text, label }, answerKey }`. */
  readonly configuration: string;
  readonly stem: string;
  readonly group?: string;
  /** What an option goes on after where options are left out. @default as for all lettered questions */
  readonly alone?: (stem: string) => string;
}

/**
 * Questions whose labels, letters or numbers, are asked as letters. Where the test file is missing, the dev questions are
 * the test, and a part of train is what to validate on.
 */
export async function* readAi2(files: Ai2Files, path: string, prompting: Prompting): AsyncGenerator<Sample> {
  const { group, alone } = files;
  const ids = new UniqueIds();
  for (const { split, rows, read } of partsOf(files, path)) {
    for await (const row of rows) {
      const { stem, labels, texts } = read(row);
      yield choiceSample(
        { id: ids.claim(row.text("id"), row, "id"), split, ...(group !== undefined && { group }) },
        {
          question: stem,
          options: texts,
          gold: labels.indexOf(row.oneOf("answerKey", labels)),
          ...(alone && { alone: alone(stem) }),
        },
        prompting,
      );
    }
  }
}

interface Part {
  readonly split: SplitName;
  readonly rows: AsyncIterable<Row>;
  readonly read: (row: Row) => Question;
}
interface Question {
  readonly stem: string;
  readonly labels: string[];
  readonly texts: string[];
}

function partsOf(files: Ai2Files, path: string): Part[] {
  const published = (["train", "validation", "test"] as const).flatMap((split) => {
    const rows = publishedPart(path, files.configuration, split);
    return rows ? [{ split, rows, read: (row: Row) => publishedQuestion(row, files.stem) }] : [];
  });
  if (published.length > 0) return published;
  const folder = dirname(locate(path, [join(files.folder, files.train), files.train]));
  const there = (file: string) => existsSync(join(folder, file));
  const test = there(files.test) ? files.test : files.dev;
  const part = (split: SplitName, file: string) => ({ split, rows: readJsonl(join(folder, file)), read: ai2Question });
  const validation = test !== files.dev && there(files.dev) ? [part("validation", files.dev)] : [];
  return [part("train", files.train), ...validation, part("test", test)];
}

function ai2Question(row: Row): Question {
  const question = row.record("question");
  const choices = question.records("choices");
  return {
    stem: question.text("stem"),
    labels: choices.map((choice) => choice.text("label")),
    texts: choices.map((choice) => choice.text("text")),
  };
}

function publishedQuestion(row: Row, stem: string): Question {
  const choices = row.record("choices");
  const [labels, texts] = [choices.texts("label"), choices.texts("text")];
  if (labels.length !== texts.length) throw row.reject("choices", "a label for each text", { labels, texts });
  return { stem: row.text(stem), labels, texts };
}
