import { gsm8k } from "../../../lib/tasks/gsm8k";
import type { Task } from "../../../lib/tasks/task";
import { gsm8kOfficial } from "../../../lib/score/gsm8k-official";
import { numberScorer } from "../../../lib/score/number";
import { scoreTexts } from "../../support/score-texts";
import { collectAll } from "../collect-all";
import { describeWithSharedData, sharedData } from "../shared-data";
import { temporaryFiles } from "../temporary-files";

const row = (question: string, answer: unknown) => `${JSON.stringify({ question, answer })}\n`;
const load = (path: string) => collectAll(gsm8k.load(path));

describe("gsm8k", () => {
  it("has the questions of the two official splits, and their numbers", async () => {
    const folder = temporaryFiles({
      "gsm8k/train.jsonl": row("What is 2 + 2?", "2 + 2 = 4\n#### 4"),
      "gsm8k/test.jsonl": row("What is 600 + 600?", "It is 1,200.\n#### 1,200"),
    });
    expect(await load(folder)).toMatchObject([
      { id: "train/1", question: "What is 2 + 2?", expected: "4", split: "train" },
      { id: "test/1", question: "What is 600 + 600?", expected: "1,200", split: "test" },
    ]);
  });

  it("compares numbers, and under official their texts, as published", async () => {
    const official = { ...gsm8k, ...gsm8k.under!({ style: "official", chainOfThought: false }) };
    const scores = (task: Task) => scoreTexts(task, ["#### 1,200", "#### 1200.0"], { expected: "1,200" });
    expect(await Promise.all([gsm8k, official].map(scores))).toEqual([
      [1, 1],
      [1, 0],
    ]);
    expect([official.maxTokens, official.stop, official.pooling]).toEqual([512, [], "mean"]);
  });

  it.each([2, "", "It is 4."])("refuses the answer %j", async (answer) => {
    const four = row("Q", "#### 4");
    const folder = temporaryFiles({ "train.jsonl": four + row("Q", answer), "test.jsonl": four });
    await expect(load(folder)).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { path: `${folder}/train.jsonl`, row: 2, field: "answer" },
    });
  });

  it("refuses a folder without the training file", async () => {
    await expect(load(temporaryFiles({ "test.jsonl": row("Q", "1") }))).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
    });
  });
});

describeWithSharedData("gsm8k on the real files", () => {
  it("has the published counts, and a number for every question", async () => {
    const samples = await load(sharedData);
    expect(samples.filter((sample) => sample.split === "train")).toHaveLength(7473);
    expect(samples.filter((sample) => sample.split === "test")).toHaveLength(1319);
    expect(samples.filter((sample) => !/^-?\d{1,3}(,?\d{3})*(\.\d+)?$/.test(sample.expected))).toEqual([]);
  });

  it("calls every published solution right, by the published rules and by ours, as a sentence by ours", async () => {
    const wrong: string[] = [];
    const reasoned = gsm8k.load(sharedData, { style: "clean", chainOfThought: true });
    for await (const sample of reasoned) {
      const solution = sample.example!.answer;
      const sentence = `It is 7 and 8. The answer is $${sample.expected}.00.`;
      if (gsm8kOfficial.score({ completion: solution }, sample) !== 1) wrong.push(`official ${sample.id}`);
      if (numberScorer.score({ completion: solution }, sample) !== 1) wrong.push(`number ${sample.id}`);
      if (numberScorer.score({ completion: sentence }, sample) !== 1) wrong.push(`sentence ${sample.id}`);
    }
    expect(wrong).toEqual([]);
  });
});
