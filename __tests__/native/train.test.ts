import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findSaes, Model, Sae, trainSaes, type TrainOptions, type TrainPlan } from "../../lib";
import { seededRandom } from "../../lib/statistics/random";
import { directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_MODEL } from "../support/tiny-task";

const folder = temporaryFolder();
const texts = join(folder, "texts.txt");
let model: Model;

beforeAll(async () => {
  const random = seededRandom(5);
  const words = ["the", "cat", "sat", "on", "a", "mat", "and", "saw", "its", "own", "tail", "again"];
  const document = () => Array.from({ length: 30 }, () => words[random(words.length)]).join(" ");
  writeFileSync(texts, Array.from({ length: 60 }, document).join("\n<|endoftext|>\n"));
  model = await Model.load(TINY_MODEL);
});
afterAll(() => model.dispose());

const options = (name: string, more: Partial<TrainOptions> = {}): TrainOptions => ({
  directory: join(folder, name),
  texts: [texts],
  sequenceTokens: 64,
  width: "64",
  k: 4,
  tokens: 3000,
  batchRows: 100,
  bufferRows: 1000,
  learningRate: 3e-3,
  engine: { threads: 1, contextTokens: 1024 },
  ...more,
});

/** Trains until so much progress was told, and then aborts. */
async function stopped(given: TrainOptions, after: number): Promise<void> {
  const stop = new AbortController();
  let told = 0;
  const onProgress = () => {
    if (told++ === after) stop.abort(new Error("enough"));
  };
  await expect(trainSaes(model, { ...given, onProgress, signal: stop.signal })).rejects.toThrow("enough");
}

describe("trainSaes", () => {
  it("trains an SAE a layer, which reads as one and is active as often as asked", async () => {
    const { layers } = await trainSaes(model, options("plain"));
    expect(layers.map(({ layer }) => layer)).toEqual(Array.from({ length: model.info.nLayer }, (_, i) => i));
    const saes = await findSaes(join(folder, "plain"));
    expect(saes.map(({ id }) => id)).toEqual(layers.map(({ layer }) => `blocks.${layer}.hook_resid_post`));
    for (const [i, { explainedVariance, active, folder: at }] of layers.entries()) {
      expect(explainedVariance).toBeGreaterThan(0.3);
      expect(active).toBeCloseTo(4, 1);
      const config = JSON.parse(readFileSync(join(at, "cfg.json"), "utf8")) as { metadata: { training: object } };
      expect(config.metadata.training).toMatchObject({ options: { seed: 0, k: 4, tokens: 3000 } });
      await using sae = await Sae.load(saes[i]!);
      expect(sae.dSae).toBe(64);
    }
  });

  it("writes the same bytes again, whatever was stopped how often, and by whichever threads", async () => {
    await trainSaes(model, options("whole", { layers: [0, 1] }));
    const given = options("stopped", { layers: [0, 1], engine: { threads: 2, contextTokens: 1024 } });
    for (const after of [9, 25, 40]) await stopped(given, after);
    expect(existsSync(join(folder, "stopped", "checkpoint.json"))).toBe(true);
    await trainSaes(model, given);
    expect(directoryContents(join(folder, "stopped"))).toEqual(directoryContents(join(folder, "whole")));
    const before = directoryContents(join(folder, "whole"));
    expect((await trainSaes(model, options("whole", { layers: [0, 1] }))).layers).toHaveLength(2);
    expect(directoryContents(join(folder, "whole"))).toEqual(before);
  });

  it("goes on to the same bytes where it was killed between the SAEs of two layers", async () => {
    const both = { layers: [0, 1] };
    await trainSaes(model, options("finished", both));
    await stopped(options("between", both), 25);
    const of = (name: string) => join(folder, name, "blocks.0.hook_resid_post");
    cpSync(of("finished"), of("between"), { recursive: true });
    await trainSaes(model, options("between", both));
    expect(directoryContents(join(folder, "between"))).toEqual(directoryContents(join(folder, "finished")));
  });

  it("trains a layer to the same weights alone as beside others", async () => {
    await trainSaes(model, options("both", { layers: [0, 1], activation: "topk" }));
    await trainSaes(model, options("alone", { layers: [1], activation: "topk" }));
    const weights = (name: string) =>
      directoryContents(join(folder, name))["blocks.1.hook_resid_post/sae_weights.safetensors"];
    expect(weights("alone")).toBe(weights("both"));
  });

  it("says before anything is read how much there is to do, and how much memory it takes", async () => {
    const plans: TrainPlan[] = [];
    await trainSaes(model, options("planned", { tokens: 500, layers: [1], onPlan: (plan) => plans.push(plan) }));
    expect(plans).toMatchObject([{ dSae: 64, steps: 5, passes: [[1]] }]);
    expect(plans[0]!.peakBytes).toBeGreaterThan(1e8);
  });

  it("refuses texts with too few tokens before anything is read, and reads them more than once where told to", async () => {
    const many = { tokens: 15_000, layers: [0] };
    await expect(trainSaes(model, options("few", many))).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
      details: { expected: 15_000 },
    });
    expect((await trainSaes(model, options("few", { ...many, epochs: 3 }))).layers).toHaveLength(1);
  });

  it("trains on one token again and again without numbers that are none", async () => {
    const same = join(folder, "same.txt");
    writeFileSync(same, "a ".repeat(4000));
    const { layers } = await trainSaes(model, options("same", { texts: [same], layers: [1] }));
    for (const { explainedVariance, active } of layers) {
      expect(Number.isFinite(explainedVariance)).toBe(true);
      expect(active).toBeLessThanOrEqual(4);
    }
  });

  it.each([
    ["a width below k", { width: "3" }, "ERR_OUT_OF_RANGE"],
    ["a layer that the model has not", { layers: [99] }, "ERR_OUT_OF_RANGE"],
    ["a width that is none", { width: "8y" }, "ERR_INVALID_ARGUMENT"],
    ["no text", { texts: [] }, "ERR_INVALID_ARGUMENT"],
    ["a text that is not there", { texts: ["nowhere.txt"] }, "ERR_DATASET_FORMAT"],
    ["a buffer that no machine has memory for", { bufferRows: 2 ** 50 }, "ERR_OUT_OF_MEMORY"],
  ])("refuses %s", async (_, more, code) => {
    await expect(trainSaes(model, options("refused", more))).rejects.toMatchObject({ code });
  });

  it("refuses a folder of another training, and tells how that differs, or of other things", async () => {
    await stopped(options("begun"), 25);
    await expect(trainSaes(model, options("begun", { seed: 1, k: 5 }))).rejects.toMatchObject({
      code: "ERR_RUN_MISMATCH",
      message: expect.stringContaining("k, seed") as string,
    });
    mkdirSync(join(folder, "mine"));
    writeFileSync(join(folder, "mine", "letter.txt"), "");
    await expect(trainSaes(model, options("mine"))).rejects.toMatchObject({ code: "ERR_RUN_MISMATCH" });
  });

  it("lets one trainer into a folder at a time", async () => {
    const first = trainSaes(model, options("shared"));
    await expect(trainSaes(model, options("shared"))).rejects.toMatchObject({ code: "ERR_RUN_LOCKED" });
    await first;
  });
});
