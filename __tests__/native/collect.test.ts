import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { collect } from "../../lib/collect/collect";
import type { CollectOptions } from "../../lib/collect/options";
import { Model } from "../../lib/model/model";
import { loadAddon } from "../../lib/native/load";
import { rank } from "../../lib/rank/rank";
import { readShards } from "../../lib/run/shards";
import { readResidualStatistics } from "../../lib/run/residual-statistics";
import { layerUsed } from "../../lib/sae/convention";
import { Sae } from "../../lib/sae/sae";
import { readSaeFolder, type SaeFolder } from "../../lib/sae/folder";
import { residualBases } from "../../lib/sae/residual-basis";
import { findSaes } from "../../lib/sae/set";
import { chunkFromArrow } from "../../lib/run/chunk";
import { RESIDUAL_FILE } from "../../lib/run/run";
import type { SampleRecord } from "../../lib/run/samples";
import type { Task } from "../../lib/tasks/task";
import { temporaryFolder } from "../support/temporary-folder";
import { parityTask, TINY_MODEL, TINY_SAES, tinySamples } from "../support/tiny-task";

const folder = temporaryFolder();
const samples = tinySamples(24);
const ENGINE = { threads: 1, contextTokens: 1024 };
let model: Model;
let saes: SaeFolder[];

beforeAll(async () => {
  model = await Model.load(TINY_MODEL);
  saes = await findSaes(TINY_SAES);
});
afterAll(() => model.dispose());

const options = (name: string, more: Partial<CollectOptions> = {}): CollectOptions => ({
  directory: join(folder, name),
  samples,
  chunkSamples: 10,
  engine: ENGINE,
  sae: { threads: 1 },
  ...more,
});

/** Every file with its content in hexadecimal. */
function contents(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path.slice(directory.length + 1), readFileSync(path).toString("hex")]),
  );
}

function records(directory: string): SampleRecord[] {
  const lines = readFileSync(join(directory, "samples.jsonl"), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as SampleRecord);
}

function createSpool(layers: Int32Array) {
  return loadAddon().createSpool({ layers, nEmbd: model.info.nEmbd, memoryBytes: 2 ** 20, directory: folder });
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.hypot(...a.map((value, i) => value - b[i]!));
}

describe("collect", () => {
  it("keeps what the model answered, and what each SAE's features did at the positions that chose the answer", async () => {
    const { directory } = await collect(model, saes, parityTask, options("plain"));
    const found = records(directory);
    expect(found.map(({ id }) => id)).toEqual(samples.map(({ id }) => id));
    // The first chunk again, by hand: queued together, so in the same batches.
    const layers = Int32Array.from(saes, ({ config }) => config.hook.layer);
    const spool = createSpool(layers);
    await using engine = await model.createEngine(ENGINE);
    const requests = samples.slice(0, 10).map(({ prompt }, slot) => ({
      prompt: model.tokenize(prompt),
      branches: [{ maxTokens: 6, capture: { spool, slot, positions: "generated" as const } }],
    }));
    const answers = (await Promise.all(engine.runTogether(requests))).map(({ branches }) => branches[0]!);
    expect(found.slice(0, 10).map(({ completion }) => completion)).toEqual(answers.map(({ text }) => text));
    for (const source of saes) {
      await using sae = await Sae.load(source, { threads: 1 });
      const path = join(directory, "activations", "000000", `layer-0${source.config.hook.layer}.arrow`);
      const chunk = chunkFromArrow(readFileSync(path), path, { dSae: sae.dSae, nSamples: samples.length });
      for (const [i, { tokens }] of answers.entries()) {
        const rows = await spool.rows(source.config.hook.layer, i);
        const activations = await sae.encode(rows.subarray(0, tokens.length * sae.dModel));
        const pooled = new Map<number, number>();
        activations.forEach((z, k) => {
          if (z > 0) pooled.set(k % sae.dSae, Math.max(z, pooled.get(k % sae.dSae) ?? 0));
        });
        const kept = new Map<number, number>();
        for (let e = chunk.offsets[i]!; e < chunk.offsets[i + 1]!; e++) kept.set(chunk.indices[e]!, chunk.values[e]!);
        expect([...kept.keys()]).toEqual([...pooled.keys()].sort((a, b) => a - b));
        for (const [feature, z] of kept) expect(z).toBeCloseTo(pooled.get(feature)!, 5);
      }
    }
    await spool.dispose();
  });

  it("ranks the same from moments as from sparse activations", async () => {
    const sparse = await collect(model, saes, parityTask, options("sparse"));
    const moments = await collect(model, saes, parityTask, options("moments", { keep: "moments" }));
    expect(contents(moments.directory)["samples.jsonl"]).toBe(contents(sparse.directory)["samples.jsonl"]);
    const [one, other] = [moments, sparse].map(({ directory }) => rank(directory, { permutations: 0, bootstrap: 0 }));
    const told = { notes: [], runs: [] }; // what each is of, and that one has no null
    expect({ ...(await one), ...told }).toEqual({ ...(await other), ...told });
  });

  it.each(["sparse", "moments"] as const)("goes on after an abort and ends with the same bytes (%s)", async (keep) => {
    await collect(model, saes, parityTask, options(`whole-${keep}`, { keep }));
    const stop = new AbortController();
    const broken = options(`broken-${keep}`, {
      keep,
      signal: stop.signal,
      onProgress: ({ done, unit }) => unit === "questions" && done > 10 && setImmediate(() => stop.abort()),
    });
    await expect(collect(model, saes, parityTask, broken)).rejects.toMatchObject({ name: "AbortError" });
    const { resumed } = await collect(model, saes, parityTask, options(`broken-${keep}`, { keep }));
    expect(resumed).toBe(10);
    expect(contents(join(folder, `broken-${keep}`))).toEqual(contents(join(folder, `whole-${keep}`)));
  });

  it.each(["sae", "official"] as const)(
    "keeps the mean residual row of right and of wrong answers, and its norm (%s)",
    async (convention) => {
      const { directory } = await collect(model, saes, parityTask, options(`residual-${convention}`, { convention }));
      const statistics = await readResidualStatistics(await readShards([directory]));
      const { nEmbd } = model.info;
      const layers = saes.map(({ config }) => layerUsed(config.hook, convention));
      await using engine = await model.createEngine(ENGINE);
      const spool = createSpool(Int32Array.from(layers));
      const scores = records(directory).map(({ score }) => score);
      for (let first = 0; first < samples.length; first += 10) {
        const chunk = samples.slice(first, first + 10);
        const branch = (i: number) => ({
          maxTokens: 6,
          capture: { spool, slot: first + i, positions: "generated" as const },
        });
        await Promise.all(
          engine.runTogether(chunk.map(({ prompt }, i) => ({ prompt: model.tokenize(prompt), branches: [branch(i)] }))),
        );
      }
      const tokens = records(directory).map(({ generatedTokens }) => generatedTokens);
      expect(statistics.map(({ layer }) => layer)).toEqual(saes.map(({ config }) => config.hook.layer));
      for (const [i, layer] of layers.entries()) {
        const sums = [new Float64Array(nEmbd), new Float64Array(nEmbd)];
        let [norms, positions] = [0, 0];
        for (const [sample, n] of tokens.entries()) {
          const rows = (await spool.rows(layer, sample)).subarray(0, n * nEmbd);
          rows.forEach((value, k) => (sums[scores[sample]! > 0 ? 1 : 0]![k % nEmbd]! += value / n));
          for (let row = 0; row < n; row++) norms += Math.hypot(...rows.subarray(row * nEmbd, (row + 1) * nEmbd));
          positions += n;
        }
        const nCorrect = scores.filter((score) => score > 0).length;
        const { n, meanNorm, meanCorrect, meanIncorrect } = statistics[i]!;
        expect([n, statistics[i]!.nCorrect]).toEqual([samples.length, nCorrect]);
        expect(meanNorm).toBeCloseTo(norms / positions, 4);
        expect(
          distance(
            meanCorrect,
            sums[1]!.map((sum) => sum / nCorrect),
          ),
        ).toBeLessThan(1e-4 * meanNorm);
        expect(
          distance(
            meanIncorrect,
            sums[0]!.map((sum) => sum / (n - nCorrect)),
          ),
        ).toBeLessThan(1e-4 * meanNorm);
      }
      await spool.dispose();
    },
  );

  it.each(["sae", "official"] as const)(
    "pools all positions of prompt and answer when asked (%s)",
    async (convention) => {
      const asked = options(`all-${convention}`, { positions: "all", pooling: "mean", convention });
      const { directory } = await collect(model, saes, parityTask, asked);
      const own = await readResidualStatistics(await readShards([directory]));
      expect(own[0]!.n).toBe(samples.length);
      // The last prompt token chose the first token of the answer; what chose its end is left out.
      const { hook } = saes[0]!.config;
      const layer = layerUsed(hook, convention);
      await using engine = await model.createEngine(ENGINE);
      await using sae = await Sae.load(saes[0]!, { threads: 1 });
      const path = join(directory, "activations", "000000", `layer-0${hook.layer}.arrow`);
      const chunk = chunkFromArrow(readFileSync(path), path, { dSae: sae.dSae, nSamples: samples.length });
      for (const [i, { prompt, promptTokens, generatedTokens }] of records(directory).slice(0, 3).entries()) {
        const spool = createSpool(Int32Array.of(layer));
        const capture = { spool, slot: 0, positions: "prompt" as const };
        const tokens = [...model.tokenize(prompt)];
        const { branches } = await engine.run({ prompt: Int32Array.from(tokens), branches: [{ maxTokens: 6 }] });
        const whole = Int32Array.from([...tokens, ...branches[0]!.tokens].slice(0, -1));
        await engine.run({ prompt: whole, branches: [{ maxTokens: 0, capture }] });
        expect(whole).toHaveLength(promptTokens + generatedTokens - 1);
        const rows = (await spool.rows(layer, 0)).slice(tokens[0] === model.info.bosToken ? model.info.nEmbd : 0);
        const z = await sae.encode(rows);
        const mean = new Float64Array(sae.dSae);
        z.forEach((value, k) => (mean[k % sae.dSae]! += (value * model.info.nEmbd) / rows.length));
        const kept = new Float64Array(sae.dSae);
        for (let e = chunk.offsets[i]!; e < chunk.offsets[i + 1]!; e++) kept[chunk.indices[e]!] = chunk.values[e]!;
        expect(distance(kept, mean)).toBeLessThan(1e-3 * Math.hypot(...mean));
        await spool.dispose();
      }
    },
  );

  it("keeps the coordinates of the residual stream without SAEs", async () => {
    const bases = residualBases(model.info, [1, 3]);
    const raw = options("raw", { pooling: "mean" });
    const { directory, manifest } = await collect(model, bases, parityTask, raw);
    expect(manifest.saes.map(({ layer, dSae, weights }) => [layer, dSae, weights])).toEqual([
      [1, model.info.nEmbd, undefined],
      [3, model.info.nEmbd, undefined],
    ]);
    // Mean pooled coordinates over the right answers are the coefficients, and the residual statistics as well.
    const { layers } = await rank(directory, { sign: "both", topK: model.info.nEmbd, permutations: 0 });
    const statistics = await readResidualStatistics(await readShards([directory]));
    for (const [i, { features }] of layers.entries()) {
      expect(features.some(({ coefficientCorrect }) => coefficientCorrect < 0)).toBe(true);
      for (const { feature, coefficientCorrect, coefficientIncorrect } of features) {
        expect(coefficientCorrect).toBeCloseTo(statistics[i]!.meanCorrect[feature]!, 4);
        expect(coefficientIncorrect).toBeCloseTo(statistics[i]!.meanIncorrect[feature]!, 4);
      }
    }
    const [basis] = bases;
    await using sae = await Sae.load(basis!);
    const unit = (feature: number) => Array.from({ length: model.info.nEmbd }, (_, i) => Number(i === feature));
    expect([...(await sae.decoderRows([5, 0]))]).toEqual([...unit(5), ...unit(0)]);
    expect(() => residualBases(model.info, [4])).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
    const moments = await collect(model, bases, parityTask, {
      ...raw,
      directory: join(folder, "raw-moments"),
      keep: "moments",
    });
    const [first] = (await rank(moments.directory, { sign: "both", permutations: 0 })).layers[0]!.features;
    expect({ ...first, stability: null }).toEqual({ ...layers[0]!.features[0], stability: null });
  });

  it("pools the residual rows that several SAEs read once, and keeps them for each", async () => {
    const addon = loadAddon();
    const createSpool = addon.createSpool.bind(addon);
    const pooled: number[] = [];
    const counted = jest.spyOn(addon, "createSpool").mockImplementation((made) => {
      const spool = createSpool(made);
      const pool = spool.pool.bind(spool);
      const value: typeof pool = (layer, ...rest) => (pooled.push(layer), pool(layer, ...rest));
      return Object.defineProperty(spool, "pool", { value }); // the addon's own is read-only
    });
    const [first, second] = saes as [SaeFolder, SaeFolder];
    const twin = { ...first, id: "twin" };
    const { directory } = await collect(
      model,
      [first, twin, second],
      parityTask,
      options("twins", { chunkSamples: 24 }),
    );
    counted.mockRestore();

    expect(pooled).toEqual([first, second].map(({ config }) => config.hook.layer));
    const [one, other, next] = await readResidualStatistics(await readShards([directory]));
    expect(other).toEqual({ ...one, sae: "twin" });
    expect(next!.meanNorm).not.toBe(one!.meanNorm);
  });

  it("says that an SAE is damaged before it asks anything, and leaves no run behind", async () => {
    const broken = join(folder, "broken-sae");
    cpSync(saes[0]!.path, broken, { recursive: true });
    const weights = join(broken, "sae_weights.safetensors");
    const bytes = readFileSync(weights);
    bytes.writeFloatLE(NaN, bytes.length - 4);
    writeFileSync(weights, bytes);
    let asked = 0;
    const damaged = options("damaged", { onProgress: ({ unit }) => (asked += Number(unit === "questions")) });
    await expect(collect(model, [await readSaeFolder(broken)], parityTask, damaged)).rejects.toMatchObject({
      code: "ERR_NON_FINITE",
    });
    expect([asked, existsSync(damaged.directory)]).toEqual([0, false]);
  });

  it("merges the residual statistics of shards, whatever they keep, and misses those of an older run", async () => {
    const whole = await collect(model, saes, parityTask, options("shard-all"));
    const parts = await Promise.all(
      (["sparse", "moments"] as const).map((keep) =>
        collect(model, saes, parityTask, options(`shard-${keep}`, { keep })),
      ),
    );
    const [all, ...each] = await Promise.all(
      [whole, ...parts].map(async ({ directory }) => readResidualStatistics(await readShards([directory]))),
    );
    expect(each).toEqual([all, all]);
    const twice = await readResidualStatistics([
      ...(await readShards([whole.directory])),
      ...(await readShards([whole.directory])),
    ]);
    expect(twice[0]).toMatchObject({ n: 2 * samples.length, nCorrect: 2 * all![0]!.nCorrect });
    expect(distance(twice[0]!.meanCorrect, all![0]!.meanCorrect)).toBeLessThan(1e-12);
    rmSync(join(whole.directory, "activations", "000002", RESIDUAL_FILE));
    await expect(readResidualStatistics(await readShards([whole.directory]))).rejects.toMatchObject({
      code: "ERR_RUN_INCOMPLETE",
    });
  });

  it("does nothing to a run that is complete", async () => {
    await collect(model, saes, parityTask, options("twice"));
    const before = contents(join(folder, "twice"));
    const { resumed } = await collect(model, saes, parityTask, options("twice"));
    expect(resumed).toBe(24);
    expect(contents(join(folder, "twice"))).toEqual(before);
  });

  it("goes on in the chunks that it was begun in, where no others are asked for", async () => {
    const { chunkSamples, ...unsaid } = options("begun");
    await collect(model, saes, parityTask, { ...unsaid, chunkSamples: chunkSamples! });
    const { manifest } = await collect(model, saes, parityTask, unsaid);
    expect(manifest.chunkSamples).toBe(chunkSamples);
  });

  it("reads one row a question where one token is the answer, whatever that token is", async () => {
    const task: Task = { ...parityTask, name: "letters", kind: "choice", maxTokens: 1 };
    const choices = [" a", " b", " c"];
    const { directory } = await collect(model, saes, task, options("choice", { samples: tinySamples(6, choices) }));
    for (const { choiceLogProbabilities } of records(directory)) {
      expect(Object.keys(choiceLogProbabilities!)).toEqual(choices);
    }
  });

  it("pools coefficients otherwise than correlations when asked", async () => {
    const both = options("poolings", { pooling: "max", steerPooling: "mean" });
    const { layers } = await rank((await collect(model, saes, parityTask, both)).directory, { permutations: 0 });
    const max = await rank((await collect(model, saes, parityTask, options("max"))).directory, { permutations: 0 });
    const [one, other] = [layers[0]!.features[0]!, max.layers[0]!.features[0]!];
    expect([one.feature, one.r]).toEqual([other.feature, other.r]);
    expect(one.coefficient).toBeLessThan(other.coefficient);
  });

  it("feeds an SAE its layer's input in the published code's convention", async () => {
    const official = await collect(model, saes, parityTask, options("official", { convention: "official" }));
    const own = await collect(model, saes, parityTask, options("own"));
    const file = join("activations", "000000", "layer-01.arrow");
    expect(contents(official.directory)[file]).not.toBe(contents(own.directory)[file]);
  });

  it("refuses other options, a second process, no samples, and a scorer that does not score", async () => {
    await collect(model, saes, parityTask, options("refused"));
    await expect(collect(model, saes, parityTask, options("refused", { pooling: "mean" }))).rejects.toMatchObject({
      code: "ERR_RUN_MISMATCH",
    });
    const lock = loadAddon().lockFile(join(folder, "refused", "lock"));
    await expect(collect(model, saes, parityTask, options("refused"))).rejects.toMatchObject({
      code: "ERR_RUN_LOCKED",
    });
    lock?.release();
    await expect(collect(model, saes, parityTask, options("none", { samples: [] }))).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
    });
    const broken: Task = { ...parityTask, scorers: [{ name: "broken", score: () => NaN }] };
    await expect(collect(model, saes, broken, options("nan"))).rejects.toMatchObject({
      code: "ERR_TASK",
      details: { task: "parity", scorer: "broken", sample: "q0" },
    });
  });

  it("names the question that does not fit into the context", async () => {
    const long = [...samples, { id: "long", prompt: "x".repeat(2000), expected: "" }];
    await expect(collect(model, saes, parityTask, options("long", { samples: long }))).rejects.toMatchObject({
      code: "ERR_CONTEXT_FULL",
      message: expect.stringContaining("sample long"),
    });
  });
});
