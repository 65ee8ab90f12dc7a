import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { readJsonl } from "../data/jsonl";
import { locate } from "../data/locate";
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
  readonly group?: string;
  /** What an option goes on after where options are left out. @default as for all lettered questions */
  readonly alone?: (stem: string) => string;
}

/**
 * Questions whose labels, letters or numbers, are asked as letters. Where the test file is missing, the dev questions are
 * the test, and a part of train is what to validate on.
 */
export async function* readAi2(files: Ai2Files, path: string, prompting: Prompting): AsyncGenerator<Sample> {
  const folder = dirname(locate(path, [join(files.folder, files.train), files.train]));
  const there = (file: string) => existsSync(join(folder, file));
  const test = there(files.test) ? files.test : files.dev;
  const ids = new UniqueIds();
  yield* readPart(files.train, "train");
  if (test !== files.dev && there(files.dev)) yield* readPart(files.dev, "validation");
  yield* readPart(test, "test");

  async function* readPart(file: string, split: SplitName): AsyncGenerator<Sample> {
    for await (const row of readJsonl(join(folder, file))) {
      const question = row.record("question");
      const choices = question.records("choices");
      const labels = choices.map((choice) => choice.text("label"));
      const stem = question.text("stem");
      yield choiceSample(
        { id: ids.claim(row.text("id"), row, "id"), split, ...(files.group !== undefined && { group: files.group }) },
        {
          question: stem,
          options: choices.map((choice) => choice.text("text")),
          gold: labels.indexOf(row.oneOf("answerKey", labels)),
          ...(files.alone && { alone: files.alone(stem) }),
        },
        prompting,
      );
    }
  }
}
