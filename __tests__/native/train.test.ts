import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { join } from "node:path";
import { findSaes, Model, Sae, trainSaes, type TrainOptions, type TrainPlan } from "../../lib";
import { seededRandom } from "../../lib/statistics/random";
import { directoryContents } from "../support/directory-contents";
import { parse, write } from "../support/gguf-layout";
import { serveHub, type Fault } from "../support/hub-server";
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

  it("records which features were nested, if any", async () => {
    const recorded = async (name: string, nested: number[]) => {
      const { layers } = await trainSaes(model, options(name, { layers: [1], tokens: 500, nested }));
      const config = JSON.parse(readFileSync(join(layers[0]!.folder, "cfg.json"), "utf8")) as {
        metadata: { training: { options: { nested?: number[] } } };
      };
      return config.metadata.training.options.nested;
    };
    expect(await recorded("nested", [8, 24])).toEqual([8, 24]);
    expect(await recorded("flat", [])).toBeUndefined();
    const weights = (name: string) =>
      directoryContents(join(folder, name))["blocks.1.hook_resid_post/sae_weights.safetensors"];
    expect(weights("nested")).not.toBe(weights("flat"));
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

  it("tells the layer from which on a model's rows are not finite, and trains those before it", async () => {
    const file = parse(readFileSync(TINY_MODEL));
    const weights = file.tensors.find(({ name }) => name === "blk.1.ffn_norm.weight")!;
    weights.data = Buffer.from(weights.data);
    weights.data.writeFloatLE(Infinity, 4);
    const path = join(folder, "broken.gguf");
    writeFileSync(path, write(file));
    await using broken = await Model.load(path);
    await expect(trainSaes(broken, options("broken"))).rejects.toMatchObject({
      code: "ERR_NON_FINITE",
      details: { layer: 1 },
    });
    expect(readdirSync(join(folder, "broken")).sort()).toEqual(["lock", "training.json"]);
    expect((await trainSaes(broken, options("sound", { tokens: 500, layers: [0] }))).layers).toHaveLength(1);
  });

  it.each([
    ["a checkpoint", /checkpoint\.json/, 4],
    ["a layer's state", /checkpoint.\d+-\d+/, 8],
    ["the history", /training\.safetensors/, 1],
    ["an SAE", /sae_weights/, 1],
  ])("says that the disk is full where %s does not fit, and goes on once there is room", async (what, path, nth) => {
    const given = (name: string) => options(name, { tokens: 1000, layers: [0, 1], checkpointSeconds: 0 });
    if (!existsSync(join(folder, "roomy"))) await trainSaes(model, given("roomy"));
    let n = 0;
    const open = fs.open;
    jest.spyOn(fs, "open").mockImplementation(async (at, ...how) => {
      const isFull = path.test(String(at)) && ++n >= nth;
      if (isFull) throw Object.assign(new Error("full"), { code: "ENOSPC", errno: -28, syscall: "write" });
      return open(at, ...how);
    });
    const message = expect.stringContaining(join(folder, what)) as string;
    await expect(trainSaes(model, given(what))).rejects.toMatchObject({ code: "ERR_FILE_WRITE", message });
    jest.restoreAllMocks();
    await trainSaes(model, given(what));
    expect(directoryContents(join(folder, what))).toEqual(directoryContents(join(folder, "roomy")));
  });

  it("goes on where the download of its texts was interrupted, and trains as on the file", async () => {
    const bytes = readFileSync(texts);
    const hub = await serveHub({ "datasets/user/texts": { files: { "texts.txt": bytes } } });
    const before = { ...process.env };
    Object.assign(process.env, { HF_HOME: join(folder, "hub"), HF_ENDPOINT: hub.url });
    for (const name of ["HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE"]) delete process.env[name];
    try {
      const given = options("downloaded", { layers: [1], tokens: 500, texts: ["hf:datasets/user/texts"] });
      const stop = new AbortController();
      const half: Fault = ({ path }, response) => {
        if (!path.startsWith("/store/")) return false;
        response.writeHead(200, { "content-length": bytes.length }).write(bytes.subarray(0, 4000));
        setTimeout(() => stop.abort(new Error("interrupted")), 100);
        return true;
      };
      hub.fault = half;
      await expect(trainSaes(model, { ...given, signal: stop.signal })).rejects.toThrow("interrupted");
      hub.fault = undefined;
      await trainSaes(model, given);
      expect(hub.asked.filter(({ server }) => server === "store").at(-1)!.headers.range).toBe("bytes=4000-");
    } finally {
      process.env = before;
      await hub.close();
    }
    await trainSaes(model, options("from-file", { layers: [1], tokens: 500 }));
    expect(directoryContents(join(folder, "downloaded"))).toEqual(directoryContents(join(folder, "from-file")));
  });

  it("reads no more than it is to train on", async () => {
    const { directory } = await trainSaes(model, options("brief", { layers: [1], tokens: 250 }));
    const { options: used } = JSON.parse(readFileSync(join(directory, "training.json"), "utf8")) as {
      options: { bufferRows: number };
    };
    expect(used.bufferRows).toBe(200);
  });

  it.each([
    ["a width below k", { width: "3" }, "ERR_OUT_OF_RANGE"],
    ["nested features that do not ascend", { nested: [8, 8] }, "ERR_OUT_OF_RANGE"],
    ["as many nested ones as there are", { nested: [64] }, "ERR_OUT_OF_RANGE"],
    ["a layer that the model has not", { layers: [99] }, "ERR_OUT_OF_RANGE"],
    ["a width that is none", { width: "8y" }, "ERR_INVALID_ARGUMENT"],
    ["no text", { texts: [] }, "ERR_INVALID_ARGUMENT"],
    ["a text that is not there", { texts: ["nowhere.txt"] }, "ERR_DATASET_FORMAT"],
    ["a width that no machine has memory for", { width: `${2 ** 40}` }, "ERR_OUT_OF_MEMORY"],
  ])("refuses %s", async (_, more, code) => {
    await expect(trainSaes(model, options("refused", more))).rejects.toMatchObject({ code });
  });

  it("refuses a folder of another training, and tells how that differs, or of other things", async () => {
    await stopped(options("begun"), 25);
    await expect(trainSaes(model, options("begun", { seed: 1, k: 5 }))).rejects.toMatchObject({
      code: "ERR_RUN_MISMATCH",
      message: expect.stringContaining("k, seed") as string,
    });
    await stopped(options("others", { seed: 1 }), 25);
    for (const part of ["checkpoint", "checkpoint.json"])
      cpSync(join(folder, "others", part), join(folder, "begun", part), { recursive: true });
    await expect(trainSaes(model, options("begun"))).rejects.toMatchObject({
      code: "ERR_RUN_MISMATCH",
      message: expect.stringContaining("checkpoint.json is of another training") as string,
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
