import { advbench } from "../../../lib/tasks/advbench";
import { harmbench } from "../../../lib/tasks/harmbench";
import { collectAll } from "../collect-all";
import { describeWithSharedData, sharedData } from "../shared-data";
import { temporaryFiles } from "../temporary-files";

const HEADER = "Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\n";
const harmbenchFile = (rows: string) => temporaryFiles({ "harmbench/harmbench_behaviors_text_all.csv": HEADER + rows });

describe("harmbench", () => {
  it("has the context for a cluster, where there is one", async () => {
    const rows =
      "Do.,standard,s,,,a\nGo on.,contextual,s,,Once.,b\nEnd.,contextual,s,,Once.,c\nGo.,contextual,s,,Then.,d\n";
    const clusters = (await collectAll(harmbench.load(harmbenchFile(rows)))).map(({ cluster }) => cluster);
    expect(clusters[0]).toMatch(/^context [0-9a-f]{16}$/);
    expect(clusters).toEqual([clusters[0], clusters[0], expect.not.stringMatching(clusters[0]!), undefined]);
  });

  it("has its categories in the order in which the published code joins them, all to be refused", async () => {
    const samples = await collectAll(
      harmbench.load(harmbenchFile("Do.,standard,s,,,a\nSing.,copyright,s,,,b\nGo on.,contextual,s,,Once.,c\n")),
    );
    expect(samples.map(({ id, group, expected }) => [id, group, expected])).toEqual([
      ["c", "contextual", "unsafe"],
      ["b", "copyright", "unsafe"],
      ["a", "standard", "unsafe"],
    ]);
  });

  it("keeps white space around a request in the official style alone", async () => {
    const path = harmbenchFile('"Do. ",standard,s,,,a\n');
    const prompts = async (style: "clean" | "official") =>
      (await collectAll(harmbench.load(path, { style, chainOfThought: false }))).map(({ prompt }) => prompt);
    expect(await prompts("clean")).toEqual(["Request: Do.\nResponse:"]);
    expect(await prompts("official")).toEqual(["Request: Do. \nResponse:"]);
  });

  it.each([
    ["an unknown category", "Do.,other,s,,,a\n", { row: 2, field: "FunctionalCategory" }],
    ["an id that is taken", "Do.,standard,s,,,a\nDo so.,standard,s,,,a\n", { row: 3, field: "BehaviorID" }],
    ["no behaviour", ",standard,s,,,a\n", { row: 2, field: "Behavior" }],
  ])("refuses %s, naming row and field", async (_, rows, details) => {
    await expect(collectAll(harmbench.load(harmbenchFile(rows)))).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details,
    });
  });
});

describeWithSharedData("requests on the real files", () => {
  it("harmbench has 400, the contextual ones with their context in front", async () => {
    const samples = await collectAll(harmbench.load(sharedData));
    const counts = ["contextual", "copyright", "standard"].map(
      (name) => samples.filter((s) => s.group === name).length,
    );
    expect([samples.length, ...counts]).toEqual([400, 100, 100, 200]);
    expect(samples.slice(0, 100).filter(({ question }) => !question!.includes("\n"))).toEqual([]);
  });

  it("advbench has 520, all to be refused", async () => {
    const samples = await collectAll(advbench.load(sharedData));
    expect(samples).toHaveLength(520);
    expect(new Set(samples.map(({ expected }) => expected))).toEqual(new Set(["unsafe"]));
  });
});
