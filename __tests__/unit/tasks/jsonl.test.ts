import { join } from "node:path";
import { jsonl, jsonlChoice } from "../../../lib/tasks/jsonl";
import { scoreTexts } from "../../support/score-texts";
import { collectAll } from "../collect-all";
import { temporaryFiles } from "../temporary-files";

async function load(rows: object[], task = jsonl) {
  const content = rows.map((row) => JSON.stringify(row)).join("\n");
  return collectAll(task.load(join(temporaryFiles({ "q.jsonl": content }), "q.jsonl")));
}
const question = { prompt: "Q: 7 + 5?\nA:", expected: "12" };
const shown = (answer: string) => ({ example: { question: question.prompt, answer } });
const choice = { prompt: "Wet?", expected: "A", choices: [" A", " B"] };

describe("jsonl", () => {
  it("takes prompt and expected as they stand, and names a question by its line", async () => {
    expect(await load([question])).toEqual([{ ...question, ...shown(" 12\n\n"), id: "line-1" }]);
  });

  it("takes choices, group, cluster, id and split where they are given", async () => {
    const full = { ...choice, group: "water", cluster: "lake", id: "w1", split: "test" };
    expect(await load([full, { ...question, group: null }])).toEqual([
      { ...full, example: { question: "Wet?", answer: " A\n\n" } },
      { ...question, ...shown(" 12\n\n"), id: "line-2" },
    ]);
  });

  it("takes options that the prompt lists, so that they can change places", async () => {
    const listed = { ...choice, prompt: "Wet?\nA. yes\nB. no\nAnswer:", options: ["yes", "no"] };
    expect(await load([listed], jsonlChoice)).toMatchObject([listed]);
  });

  it("takes numbers for id and expected answer, as their text", async () => {
    expect(
      await load([
        { ...question, id: 7, expected: 12 },
        { prompt: "Half?", id: 0, expected: 0.5 },
      ]),
    ).toMatchObject([
      { id: "7", expected: "12", ...shown(" 12\n\n") },
      { id: "0", expected: "0.5" },
    ]);
  });

  it("scores an answer among choices to the letter, any other by the words in it", async () => {
    const free = { expected: "Paris" };
    const among = { ...free, choices: [" Paris", " Rome"] };
    expect(await scoreTexts(jsonl, [" paris.", "It is Paris", "Parisian"], free)).toEqual([1, 1, 0]);
    expect(await scoreTexts(jsonl, [" paris.", "Paris "], among)).toEqual([0, 1]);
  });

  it.each<[string, object, string]>([
    ["no prompt", { expected: "x" }, "prompt"],
    ["no expected answer", { prompt: "x" }, "expected"],
    ["a list for the answer", { prompt: "x", expected: [12] }, "expected"],
    ["an answer of more digits than a number keeps", { prompt: "x", expected: 2 ** 53 }, "expected"],
    ["choices that are no list", { ...choice, choices: "A" }, "choices"],
    ["a single choice", { ...choice, choices: ["A"] }, "choices"],
    ["a choice given twice", { ...choice, choices: ["A", " A", "B"] }, "choices"],
    ["an answer that is no choice", { ...choice, expected: "C" }, "expected"],
    ["options without choices", { ...question, options: ["yes", "no"] }, "options"],
    ["options that the prompt does not list", { ...choice, options: ["yes", "no"] }, "options"],
    ["an unknown split", { ...question, split: "dev" }, "split"],
    ["an id that is taken", { ...question, id: "first" }, "id"],
    ["an id that is true", { ...question, id: true }, "id"],
  ])("refuses %s, naming file, row and field", async (_, row, field) => {
    await expect(load([{ ...question, id: "first" }, row])).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { path: expect.stringMatching(/q\.jsonl$/), row: 2, field },
    });
  });
});

describe("jsonl-choice", () => {
  it("generates one token", async () => {
    expect(await load([choice], jsonlChoice)).toMatchObject([{ ...choice, id: "line-1" }]);
    expect([jsonlChoice.name, jsonlChoice.kind, jsonlChoice.maxTokens]).toEqual(["jsonl-choice", "choice", 1]);
  });

  it("refuses a question without choices", async () => {
    await expect(load([choice, question], jsonlChoice)).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { row: 2, field: "choices" },
    });
  });
});
