import { simpleqa } from "../../../lib/tasks/simpleqa";
import { collectAll } from "../collect-all";
import { describeWithSharedData, sharedData } from "../shared-data";
import { temporaryFiles } from "../temporary-files";

const load = (rows: string) =>
  collectAll(simpleqa.load(temporaryFiles({ "simple_qa_test_set.csv": `metadata,problem,answer\n${rows}` })));

describe("simpleqa", () => {
  it("takes the topic from the metadata", async () => {
    expect(await load(`"{'topic': 'TV shows', 'answer_type': 'Date'}",When?,1999\n`)).toMatchObject([
      { id: "line-2", question: "When?", expected: "1999", group: "TV shows" },
    ]);
  });

  it("answers in one line, but officially in 16 tokens whatever they are", () => {
    const stop = (style: "clean" | "official") =>
      simpleqa.under!({ style, chainOfThought: false }).stop ?? simpleqa.stop;
    expect([simpleqa.maxTokens, stop("clean"), stop("official")]).toEqual([16, ["\n"], []]);
  });

  it("refuses metadata without a topic, naming row and field", async () => {
    await expect(load("{},When?,1999\n")).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { row: 2, field: "metadata" },
    });
  });
});

describeWithSharedData("simpleqa on the real file", () => {
  it("has 4,326 questions of 10 topics", async () => {
    const samples = await collectAll(simpleqa.load(sharedData));
    expect([samples.length, new Set(samples.map(({ group }) => group)).size]).toEqual([4326, 10]);
  });
});
