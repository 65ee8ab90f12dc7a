import { gsm8k } from "../../../lib/tasks/gsm8k";
import { scoreTexts } from "../../support/score-texts";
import { collectAll } from "../collect-all";
import { describeWithSharedData, sharedData } from "../shared-data";
import { temporaryFiles } from "../temporary-files";

const row = (question: string, answer: unknown) => `${JSON.stringify({ question, answer })}\n`;
const load = (path: string) => collectAll(gsm8k.load(path));

describe("gsm8k", () => {
  it("asks the questions of the two official splits literally as published", async () => {
    const folder = temporaryFiles({
      "gsm8k/train.jsonl": row("What is 2 + 2?", "2 + 2 = 4\n#### 4"),
      "gsm8k/test.jsonl": row("What is 600 + 600?", "It is 1,200.\n#### 1,200"),
    });
    expect(await load(folder)).toEqual([
      {
        id: "train/1",
        prompt: "Q: What is 2 + 2?\nA: Give your final numerical answer after ####\n",
        expected: "4",
        split: "train",
      },
      {
        id: "test/1",
        prompt: "Q: What is 600 + 600?\nA: Give your final numerical answer after ####\n",
        expected: "1",
        split: "test",
      },
    ]);
  });

  it("generates and scores as published", async () => {
    expect([gsm8k.maxTokens, gsm8k.pooling, gsm8k.scorers[0].name]).toEqual([512, "mean", "gsm8k-official"]);
    expect(await scoreTexts(gsm8k, ["#### 1,200", "#### 1200"], { expected: "1" })).toEqual([1, 0]);
  });

  it("refuses a row without an answer", async () => {
    const folder = temporaryFiles({ "train.jsonl": row("Q", "1") + row("Q", 2), "test.jsonl": row("Q", "1") });
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
    expect(samples.filter((sample) => !/^-?\d+$/.test(sample.expected))).toEqual([]);
  });
});
