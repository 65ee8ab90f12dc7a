import { join } from "node:path";
import { mmlu } from "../../../lib/tasks/mmlu";
import { scoreTexts } from "../../support/score-texts";
import { collectAll } from "../collect-all";
import { describeWithSharedData, sharedData } from "../shared-data";
import { temporaryFiles } from "../temporary-files";

const files = (prefix = "") => ({
  [`${prefix}auxiliary_train/science_middle.csv`]: '"Why, then?",a,b,c,d,B\n',
  [`${prefix}val/anatomy_val.csv`]: "Which bone?,a,b,c,d,C\n",
  [`${prefix}test/anatomy_test.csv`]: "Which nerve?,1,2,3,4,D\nWhich muscle?,5,6,7,8,A\n",
});
const load = (path: string) => collectAll(mmlu.load(path));

describe("mmlu", () => {
  it("asks the questions of the three official splits literally as published", async () => {
    const samples = await load(temporaryFiles(files()));
    expect(samples.map(({ id, group, split }) => [id, group, split])).toEqual([
      ["train/science_middle/0", "science_middle", "train"],
      ["validation/anatomy/0", "anatomy", "validation"],
      ["test/anatomy/0", "anatomy", "test"],
      ["test/anatomy/1", "anatomy", "test"],
    ]);
    expect(samples[0]).toMatchObject({
      id: "train/science_middle/0",
      prompt: "Why, then?\nA. a\nB. b\nC. c\nD. d\nChoose one of the following options only: A, B, C, or D\nAnswer:",
      expected: "B",
      choices: [" A", " B", " C", " D"],
      group: "science_middle",
      split: "train",
    });
  });

  it("finds its folder in the folder of all data sets", async () => {
    expect(await load(temporaryFiles(files("mmlu/")))).toEqual(await load(temporaryFiles(files())));
  });

  it("has the passage for a cluster, in whatever split it is asked about", async () => {
    const about = (passage: string, question: string) =>
      `"This question refers to the following information.\n${passage}\n${question}",a,b,c,d,A\n`;
    const folder = temporaryFiles({
      ...files(),
      "val/high_school_us_history_val.csv": about("We the people.\nThe Constitution", "Who?"),
      "test/high_school_us_history_test.csv":
        about("We the People.\nThe Constitution ", "When?") +
        about("Four score.", "Who?") +
        "Who was first?,a,b,c,d,A\n",
    });
    const clusters = (await load(folder)).flatMap(({ group, cluster }) =>
      group!.includes("history") ? [cluster] : [],
    );
    expect(clusters[0]).toMatch(/^passage [0-9a-f]{16}$/);
    expect(clusters).toEqual([clusters[0], clusters[0], expect.not.stringMatching(clusters[0]!), undefined]);
  });

  it("scores the one token by the letter alone", async () => {
    const [sample] = await load(temporaryFiles(files()));
    const scores = await scoreTexts(mmlu, [" B", "B", " b", " A", "**", "", "B."], sample!);
    expect(scores).toEqual([1, 1, 0, 0, 0, 0, 0]);
    expect([mmlu.kind, mmlu.maxTokens]).toEqual(["choice", 1]);
  });

  it.each([
    ["an answer that is no letter of an option", "Q,a,b,c,d,A\nQ,a,b,c,d,E\n", { row: 2, field: "answer" }],
    ["an option without text", "Q,a,,c,d,A\n", { row: 1, field: "B" }],
    ["a missing column", "Q,a,b,c,A\n", { row: 1 }],
  ])("refuses %s, naming file and row", async (_, content, place) => {
    const folder = temporaryFiles({ ...files(), "val/anatomy_val.csv": content });
    await expect(load(folder)).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { path: join(folder, "val/anatomy_val.csv"), ...place },
    });
  });

  it("refuses a folder without one of the splits", async () => {
    const { [`val/anatomy_val.csv`]: _, ...rest } = files();
    await expect(load(temporaryFiles(rest))).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT" });
    await expect(load(temporaryFiles({}))).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT" });
    await expect(load(temporaryFiles({ ...rest, "val/README": "" }))).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
    });
  });
});

describeWithSharedData("mmlu on the real files", () => {
  it("has the published counts", async () => {
    const samples = await load(sharedData);
    const count = (split: string) => samples.filter((sample) => sample.split === split).length;
    expect([count("train"), count("validation"), count("test")]).toEqual([1218, 1531, 14042]);
    expect(new Set(samples.map((sample) => sample.id)).size).toBe(samples.length);
    expect(new Set(samples.filter(({ split }) => split === "test").map(({ group }) => group)).size).toBe(57);
  });
});
