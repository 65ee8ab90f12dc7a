import { existsSync } from "node:fs";
import { join } from "node:path";
import { datasetError } from "../data/dataset-error";
import { readJsonl } from "../data/jsonl";
import { notFound } from "../data/locate";
import type { Row } from "../data/row";
import { UniqueIds } from "../data/unique-ids";
import type { LetteredQuestion } from "../prompt/multiple-choice";
import { DEFAULT_PROMPTING } from "../prompt/prompting";
import { choiceSample, optionLetterTask } from "./option-letter";
import type { Task } from "./task";

/** In the order in which the published code joins them. */
const CATEGORIES = [
  "Age",
  "Disability_status",
  "Gender_identity",
  "Nationality",
  "Physical_appearance",
  "Race_ethnicity",
  "Race_x_SES",
  "Race_x_gender",
  "Religion",
  "SES",
  "Sexual_orientation",
];
const CONDITIONS = ["ambig", "disambig"] as const;
const FOLDERS = ["bbq/full", "full", "data", "bbq/subset", "subset", "."];

type Condition = (typeof CONDITIONS)[number];

/**
 * BBQ (Parrish et al., ACL 2022): the questions whose context leaves the answer open; group: the category, cluster: the
 * template, which people and orders of the options are put into.
 */
export const bbqAmbig = bbqTask("bbq-ambig", ["ambig"]);
/** BBQ: the questions whose context gives the answer; group: the category. */
export const bbqDisambig = bbqTask("bbq-disambig", ["disambig"]);
/** BBQ: both kinds; group: for example "Age/ambig". */
export const bbq = bbqTask("bbq", CONDITIONS);

/** Reads the complete files where they are there, which are the hub's too, else the subset. The data set has no splits of its own. */
function bbqTask(name: string, conditions: readonly Condition[]): Task {
  return {
    ...optionLetterTask,
    name,
    published: {
      repository: "heegyu/bbq",
      revision: "main",
      files: /^data\/\w+\.jsonl$/,
      licence: "CC-BY-4.0",
      sizeBytes: 50_900_000,
    },

    async *load(path, prompting = DEFAULT_PROMPTING) {
      for (const { category, file } of findFiles(path)) {
        const ids = new UniqueIds();
        for await (const row of readJsonl(file)) {
          const condition = row.oneOf("context_condition", CONDITIONS);
          const id = ids.claim(`${category}/${row.integer("example_id", 0, Infinity)}`, row, "example_id");
          if (!conditions.includes(condition)) continue;
          const group = conditions.length > 1 ? `${category}/${condition}` : category;
          const template = row.optionalTextOrNumber("question_index");
          const cluster = template === undefined ? {} : { cluster: `${category}/${template}` };
          yield choiceSample({ id, group, ...cluster }, toQuestion(row), prompting);
        }
      }
    },
  };
}

function toQuestion(row: Row): LetteredQuestion {
  const options = [row.text("ans0"), row.text("ans1"), row.text("ans2")];
  const [context, question] = [row.text("context"), row.text("question")];
  return {
    question: `${context}\n${question}`,
    options,
    gold: row.integer("label", 0, options.length - 1),
    alone: `${context}\n\nQ: ${question}\nA:`,
  };
}

/** All categories from the first folder that has one: a folder with a gap is an error, not a smaller data set. */
function findFiles(root: string): { category: string; file: string }[] {
  for (const folder of FOLDERS) {
    const files = CATEGORIES.map((category) => ({ category, file: findFile(join(root, folder, category)) }));
    const missing = files.filter(({ file }) => file === undefined);
    if (missing.length === files.length) continue;
    if (missing.length === 0) return files as { category: string; file: string }[];
    throw datasetError(
      { path: join(root, folder) },
      `expected all BBQ categories in it, missing: ${missing.map(({ category }) => category).join(", ")}`,
    );
  }
  throw notFound(root, `BBQ's Age.jsonl.gz or Age.jsonl in one of ${FOLDERS.join(", ")}`);
}

function findFile(stem: string): string | undefined {
  return [`${stem}.jsonl.gz`, `${stem}.jsonl`].find((file) => existsSync(file));
}
