import type { Sample } from "../../../lib/data/sample";
import { splitSamples } from "../../../lib/data/split";
import { arc } from "../../../lib/tasks/arc";
import { mmluPro } from "../../../lib/tasks/mmlu-pro";
import { openbookqa } from "../../../lib/tasks/openbookqa";
import type { Task } from "../../../lib/tasks/task";
import { truthfulqa } from "../../../lib/tasks/truthfulqa";
import { collectAll } from "../collect-all";
import { describeWithSharedData, sharedData } from "../shared-data";
import { temporaryFiles } from "../temporary-files";

const OFFICIAL = { style: "official", chainOfThought: false } as const;
const load = (task: Task, path: string) => collectAll(task.load(path));
const jsonl = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const ai2 = (id: string, changes: object = {}) => ({
  id,
  question: { stem: `Why ${id}?`, choices: ["1", "2", "3"].map((label) => ({ label, text: `t${label}` })) },
  answerKey: "3",
  ...changes,
});
const count = (items: readonly unknown[]) =>
  Object.fromEntries([...new Set(items)].map((item) => [String(item), items.filter((other) => other === item).length]));

describe("a data set in AI2's form", () => {
  const folder = (files: Record<string, string>) => temporaryFiles({ "train.jsonl": jsonl(ai2("a")), ...files });
  const splits = async (files: Record<string, string>) =>
    (await load(openbookqa, folder(files))).map(({ id, split }) => [id, split]);

  it("is asked in letters whatever its labels", async () => {
    const [sample] = await load(openbookqa, folder({ "test.jsonl": jsonl(ai2("b")) }));
    expect(sample).toMatchObject({ expected: "C", choices: [" A", " B", " C"] });
  });

  it("has its own splits; where the test file is missing, the dev questions are the test", async () => {
    const [dev, test] = [jsonl(ai2("d")), jsonl(ai2("t"))];
    expect(await splits({ "dev.jsonl": dev, "test.jsonl": test })).toEqual([
      ["a", "train"],
      ["d", "validation"],
      ["t", "test"],
    ]);
    expect((await splits({ "test.jsonl": test })).at(-1)).toEqual(["t", "test"]);
    expect((await splits({ "dev.jsonl": dev })).at(-1)).toEqual(["d", "test"]);
    await expect(splits({})).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT" });
  });

  it.each<[string, object, string]>([
    ["an answer that is no label", { answerKey: "A" }, "answerKey"],
    ["no choices", { question: { stem: "Why?", choices: [] } }, "question.choices"],
    ["a choice without a text", { question: { stem: "Why?", choices: [{ label: "3" }] } }, "question.choices[0].text"],
    ["a question that is no object", { question: "Why?" }, "question"],
  ])("refuses %s, naming row and field", async (_, changes, field) => {
    const files = folder({ "test.jsonl": jsonl(ai2("b"), ai2("c", changes)) });
    await expect(load(openbookqa, files)).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { path: `${files}/test.jsonl`, row: 2, field },
    });
  });
});

describe("truthfulqa", () => {
  const file = (...rows: string[]) =>
    temporaryFiles({ "TruthfulQA.csv": ["Category,Question,Best Answer,Incorrect Answers", ...rows, ""].join("\n") });

  it("has the best answer among the incorrect ones, each once, in the same order every time", async () => {
    const path = file("C,Q?,Yes,No; Maybe;No; Yes;");
    const [sample] = await load(truthfulqa, path);
    const [stem, ...options] = sample!.question!.split("\n");
    expect([stem, options.length]).toEqual(["Q?", 3]);
    expect(options).toContain(`${sample!.expected}. Yes`);
    expect(await load(truthfulqa, path)).toEqual([sample]);
  });

  it("refuses a question without an incorrect answer", async () => {
    await expect(load(truthfulqa, file("C,Q?,Yes,Yes"))).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { row: 2, field: "Incorrect Answers" },
    });
  });
});

describe("mmlu-pro", () => {
  const row = (changes: object) => ({
    ...{ question_id: 1, question: "Q?", options: ["x", "y", "z"], answer: "C", category: "law" },
    ...changes,
  });
  const file = (...rows: object[]) => temporaryFiles({ "mmlu_pro/test.jsonl": jsonl(...rows) });

  it("has questions of any number of options, but under official only those of ten", async () => {
    const ten = { question_id: 2, options: "abcdefghij".split(""), answer: "J" };
    const path = file(row({}), row(ten), row({ ...ten, question_id: 3, category: "history" }));
    const summary = ({ id, expected, group, split }: Sample) => [id, expected, group, split];
    expect((await load(mmluPro, path)).map(summary)).toEqual([
      ["1", "C", "law", undefined],
      ["2", "J", "law", undefined],
      ["3", "J", "history", undefined],
    ]);
    expect((await collectAll(mmluPro.load(path, OFFICIAL))).map(summary)).toEqual([
      ["2", "J", "law", "train"],
      ["3", "J", "history", "test"],
    ]);
  });

  it.each([
    ["an answer beyond the options", { answer: "D" }, "answer"],
    ["no options", { options: [] }, "options"],
    ["an id that is taken", {}, "question_id"],
  ])("refuses %s, naming row and field", async (_, changes, field) => {
    const path = file(row({}), row({ ...(field !== "question_id" && { question_id: 2 }), ...changes }));
    await expect(load(mmluPro, path)).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT", details: { row: 2, field } });
  });
});

describeWithSharedData("lettered questions on the real files", () => {
  it("mmlu-pro has 12,032 of 14 categories, and under official the published splits", async () => {
    const samples = await load(mmluPro, sharedData);
    expect([samples.length, new Set(samples.map(({ group }) => group)).size]).toEqual([12032, 14]);
    const official = await collectAll(mmluPro.load(sharedData, OFFICIAL));
    const { train, validation, test } = splitSamples(official, { seed: 42, kind: "official" });
    expect([train.length, validation.length, test.length]).toEqual([7062, 785, 2135]);
  });

  it("arc has 2,821 easy and 1,418 challenging ones of 3 to 5 options", async () => {
    const samples = await load(arc, sharedData);
    expect(count(samples.map(({ group, split }) => `${group} ${split}`))).toEqual({
      ...{ "easy train": 2251, "easy test": 570 },
      ...{ "challenge train": 1119, "challenge test": 299 },
    });
    expect(count(samples.map(({ choices }) => choices!.length))).toEqual({ 3: 11, 4: 4220, 5: 8 });
    expect(samples.filter(({ expected, choices }) => !choices!.includes(` ${expected}`))).toEqual([]);
  });

  it("openbookqa has 4,957 and 500, their answers as upstream counts them", async () => {
    const samples = await load(openbookqa, sharedData);
    const test = samples.filter(({ split }) => split === "test");
    expect([samples.length, test.length]).toEqual([5457, 500]);
    expect(count(test.map(({ expected }) => expected))).toEqual({ A: 138, B: 126, C: 132, D: 104 });
  });

  it("truthfulqa has 790, whose right options are at no place more often than chance has it", async () => {
    const samples = await load(truthfulqa, sharedData);
    expect(samples).toHaveLength(790);
    const chance = samples.reduce((sum, { choices }) => sum + 1 / choices!.length, 0);
    const variance = samples.reduce((sum, { choices }) => sum + 1 / choices!.length - choices!.length ** -2, 0);
    for (const letter of ["A", "B"]) {
      const right = samples.filter(({ expected }) => expected === letter).length;
      expect(Math.abs(right - chance)).toBeLessThan(3 * Math.sqrt(variance));
    }
  });
});
