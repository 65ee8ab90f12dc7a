import { gzipSync } from "node:zlib";
import { bbq, bbqAmbig, bbqDisambig } from "../../../lib/tasks/bbq";
import type { Task } from "../../../lib/tasks/task";
import { collectAll } from "../collect-all";
import { describeWithSharedData, sharedData } from "../shared-data";
import { temporaryFiles } from "../temporary-files";

const CATEGORIES = (
  "Age Disability_status Gender_identity Nationality Physical_appearance Race_ethnicity " +
  "Race_x_SES Race_x_gender Religion SES Sexual_orientation"
).split(" ");

const question = (changes: object = {}) => ({
  example_id: 0,
  context_condition: "ambig",
  context: "Two people met.",
  question: "Who was late?",
  ...{ ans0: "Ann", ans1: "Bob", ans2: "Not known" },
  label: 2,
  ...changes,
});
const jsonl = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const pair = jsonl(question(), question({ example_id: 1, context_condition: "disambig", label: 0 }));
const allCategories = (folder: string, content: string | Uint8Array, extension = "jsonl") =>
  Object.fromEntries(CATEGORIES.map((category) => [`${folder}${category}.${extension}`, content]));
const load = (task: Task, path: string) => collectAll(task.load(path));

describe("bbq", () => {
  it("asks literally as published", async () => {
    const [sample] = await load(bbqAmbig, temporaryFiles(allCategories("", pair)));
    expect(sample).toMatchObject({
      id: "Age/0",
      prompt:
        "Two people met.\nWho was late?\nA. Ann\nB. Bob\nC. Not known\n" +
        "Choose one of the following options only: A, B, or C\nAnswer:",
      expected: "C",
      choices: [" A", " B", " C"],
      group: "Age",
    });
  });

  it("keeps the condition that the task names, and groups by both when it names none", async () => {
    const folder = temporaryFiles(allCategories("bbq/subset/", pair));
    const groups = async (task: Task) => (await load(task, folder)).map((sample) => sample.group);
    expect(await groups(bbqAmbig)).toEqual(CATEGORIES);
    expect(await groups(bbqDisambig)).toEqual(CATEGORIES);
    expect(await groups(bbq)).toEqual(CATEGORIES.flatMap((name) => [`${name}/ambig`, `${name}/disambig`]));
  });

  it("has the template for a cluster, whatever people and condition it is asked with", async () => {
    const rows = [0, 1, 2].map((i) => question({ example_id: i, question_index: i === 2 ? "14" : "3" }));
    const samples = await load(bbq, temporaryFiles(allCategories("", jsonl(...rows))));
    expect(samples.slice(0, 4).map(({ cluster }) => cluster)).toEqual([
      "Age/3",
      "Age/3",
      "Age/14",
      "Disability_status/3",
    ]);
  });

  it("prefers the complete files to the subset", async () => {
    const folder = temporaryFiles({
      ...allCategories("bbq/subset/", jsonl(question({ example_id: 1 }))),
      ...allCategories("bbq/full/", gzipSync(jsonl(question({ example_id: 2 }))), "jsonl.gz"),
    });
    expect((await load(bbq, folder))[0]!.id).toBe("Age/2");
  });

  it("refuses complete files with a gap rather than take the subset", async () => {
    const { [`bbq/full/SES.jsonl`]: _, ...full } = allCategories("bbq/full/", pair);
    await expect(load(bbq, temporaryFiles({ ...allCategories("bbq/subset/", pair), ...full }))).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      message: expect.stringMatching(/missing: SES$/),
    });
  });

  it.each([
    ["another condition", { context_condition: "clear" }, "context_condition"],
    ["a label outside the options", { label: 3 }, "label"],
    ["a missing option", { ans1: undefined }, "ans1"],
    ["an id that is taken", { example_id: 0 }, "example_id"],
  ])("refuses %s, naming row and field", async (_, changes, field) => {
    const folder = temporaryFiles(allCategories("", jsonl(question(), question({ example_id: 1, ...changes }))));
    await expect(load(bbq, folder)).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT", details: { row: 2, field } });
  });

  it("refuses a folder without BBQ", async () => {
    await expect(load(bbq, temporaryFiles({}))).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT" });
  });
});

describeWithSharedData("bbq on the real files", () => {
  it("has 58,492 questions of 343 templates, half of each condition", async () => {
    const samples = await load(bbq, sharedData);
    const ambig = samples.filter((sample) => sample.group!.endsWith("/ambig"));
    expect([samples.length, ambig.length]).toEqual([58492, 29246]);
    expect(new Set(samples.map((sample) => sample.id)).size).toBe(58492);
    expect(new Set(samples.map((sample) => sample.cluster)).size).toBe(343);
  });
});
