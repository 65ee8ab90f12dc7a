import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { collect, findSaes, findTask, Model, rank, runPipeline, Sae, splitSamples } from "../../lib";
import type {
  CollectOptions,
  Evaluation,
  PipelineOptions,
  Progress,
  Ranking,
  Sample,
  SteeringProfile,
  Task,
} from "../../lib";
import { CONTROLS } from "../../lib/evaluate/controls/options";
import { loadAddon } from "../../lib/native/load";
import { chunkFromArrow } from "../../lib/run/chunk";
import { readManifest, saeFiles } from "../../lib/run/run";
import type { SampleRecord } from "../../lib/run/samples";
import { temporaryFolder } from "../support/temporary-folder";

// Invariants of the whole job on a real model, real SAEs and real questions, whatever the accuracy comes out as.

// Over a minute of CPU, and other suites run beside it, on as few as two cores.
jest.setTimeout(600_000);

const shared = join(__dirname, "..", "..", "..", "shared");
const smollm = join(shared, "models", "smollm2-135m-instruct");
const present = existsSync(smollm);
const title = present ? "the whole job on SmolLM2" : "the whole job on SmolLM2 (skipped: ../shared/models is absent)";

const folder = temporaryFolder();
const LAYERS = [4, 14, 26];
const CHOICES = [" A", " B", " C", " D"];
// One: another test file runs beside this one, and ggml's threads spin while they wait for each other.
const ENGINE = { threads: 1 };

const neutral = join(folder, "neutral.txt");
writeFileSync(neutral, "The rain had stopped by noon.\n\nShe put the kettle on and opened the window.\n");

const SIZES = { seed: 42, train: 24, validation: 12, test: 12 };

const mmlu = {
  model: join(smollm, "SmolLM2-135M-Instruct.Q4_1.gguf"),
  sae: join(smollm, "saes"),
  layers: LAYERS,
  task: "mmlu",
  data: join(shared, "data"),
  samples: SIZES.train,
  validationSamples: SIZES.validation,
  testSamples: SIZES.test,
  threads: ENGINE.threads,
  randomDraws: 1,
  // No orders: the batches are those of the questions' own prompts, with all arms.
  controls: CONTROLS.filter((control) => control !== "orders"),
  controlsFor: "all",
  neutralText: neutral,
} satisfies PipelineOptions;
const xstest = { ...mmlu, task: "xstest", chunkSamples: 8, convention: "official", controls: [] } as const;

interface EvaluatedSample {
  id: string;
  prompt: string;
  expected: string;
  arms: Record<
    string,
    { completion: string; margin: number; generatedTokens: number; stopReason: "end" | "length" | "stop" }
  >;
}

const readJson = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), "utf8"));

function readLines<T>(...path: string[]): T[] {
  const lines = readFileSync(join(...path), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as T);
}

/** Bytes of every file of a run but its lock, by name. */
function filesOf(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => /\.\w+$/.test(name));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(directory, name), "latin1")]));
}

/** Rows that chose a token: those of the answer, and that of the token which ended it. */
function rowsOf(samples: readonly EvaluatedSample[], arm: string): number {
  return samples.reduce((sum, { arms }) => {
    const { generatedTokens, stopReason } = arms[arm]!;
    return sum + generatedTokens + (stopReason === "end" ? 1 : 0);
  }, 0);
}

function expectReceipts(evaluation: Evaluation, directory: string, layers: readonly number[]): void {
  const samples = readLines<EvaluatedSample>(directory, "evaluation-samples.jsonl");
  const ofProfiles = evaluation.arms.filter(({ profile, role }) => profile !== null && role !== "shuffled");
  expect(ofProfiles.length).toBeGreaterThanOrEqual(2);
  for (const { name, profile, receipt } of ofProfiles) {
    const { features } = readJson(directory, "profiles", `${profile}.steer.json`) as SteeringProfile;
    expect(receipt.map(({ layer }) => layer)).toEqual(features.map(({ nativeLayer }) => nativeLayer));
    for (const { layer, rows, meanAddedNorm, maxAddedNorm } of receipt) {
      expect(layers).toContain(layer);
      expect(rows).toBe(rowsOf(samples, name));
      expect(meanAddedNorm).toBeGreaterThan(0);
      expect(maxAddedNorm).toBeGreaterThanOrEqual(meanAddedNorm * (1 - 1e-9));
    }
  }
}

(present ? describe : describe.skip)(title, () => {
  let evaluation: Evaluation;
  let model: Model;
  const directory = join(folder, "mmlu");

  beforeAll(async () => {
    evaluation = await runPipeline({ ...mmlu, significance: "none", directory });
    model = await Model.load(mmlu.model);
  });
  afterAll(() => model.dispose());

  it("steers every row that chooses a token, at each layer of the arm", () => {
    expectReceipts(evaluation, directory, LAYERS);
    const constrained = evaluation.arms.filter(({ name }) => name.endsWith("-constrained"));
    expect(constrained.map(({ formatValid }) => formatValid)).toEqual(constrained.map(() => 1));
  });

  it("selects, validates and tests on different questions", async () => {
    const split = splitSamples(await questions(await findTask(mmlu.task)), SIZES);
    const used = [...split.train, ...split.validation, ...split.test];
    const content = ({ prompt }: Sample) => prompt.toLowerCase().replace(/\s+/g, " ").trim();
    expect(new Set(used.map(({ id }) => id)).size).toBe(48);
    expect(new Set(used.map(content)).size).toBe(48);
    const ids = (file: string) => readLines<{ id: string }>(directory, file).map(({ id }) => id);
    expect(ids("samples.jsonl")).toEqual(split.train.map(({ id }) => id));
    expect(ids("evaluation-samples.jsonl")).toEqual(split.test.map(({ id }) => id));
  });

  // Products of Q4_1 quantise their inputs, so another shape of the batch moves log-probabilities by tenths: the plain
  // engine gets as many branches a prompt, none of them steered or captured.
  it("has the baseline of an engine that captures nothing and steers nothing", async () => {
    const samples = readLines<EvaluatedSample>(directory, "evaluation-samples.jsonl");
    const choiceTokens = Int32Array.from(CHOICES, (choice) => model.tokenize(choice, { addSpecial: false })[0]!);
    const forks = evaluation.arms.filter(({ role, sameAs }) => role !== "prompt-only" && sameAs === null);
    const branches = forks.map(() => ({ maxTokens: 1, choiceTokens }));
    await using engine = await model.createEngine(ENGINE);
    const requests = samples.map(({ prompt }) => ({ prompt: model.tokenize(prompt), branches }));
    const answers = (await Promise.all(engine.runTogether(requests))).map(({ branches }) => branches[0]!);
    expect(answers.map(({ text }) => text)).toEqual(samples.map(({ arms }) => arms["baseline"]!.completion));
    for (const [i, { choiceLogProbabilities: logs }] of answers.entries()) {
      const gold = CHOICES.indexOf(` ${samples[i]!.expected}`);
      const margin = logs[gold]! - Math.max(...logs.filter((_, choice) => choice !== gold));
      expect(samples[i]!.arms["baseline"]!.margin).toBeCloseTo(margin, 6);
    }
  });

  describe("with the published code's convention", () => {
    const official = join(folder, "xstest");
    let evaluation: Evaluation;

    beforeAll(async () => {
      evaluation = await runPipeline({ ...xstest, significance: "none", directory: official, variants: ["S", "A"] });
    });

    it("reads and steers the input of each SAE's layer", async () => {
      const manifest = await readManifest(official);
      expect(manifest.saes.map(({ layer }) => layer)).toEqual(LAYERS);
      expectReceipts(
        evaluation,
        official,
        LAYERS.map((layer) => layer - 1),
      );
      // The first chunk again, queued together: the same batches, so the same bits.
      const layers = LAYERS.flatMap((layer) => [layer - 1, layer]);
      const spool = loadAddon().createSpool({
        layers: Int32Array.from(layers),
        nEmbd: model.info.nEmbd,
        memoryBytes: 2 ** 26,
        directory: folder,
      });
      const samples = readLines<SampleRecord>(official, "samples.jsonl").slice(0, xstest.chunkSamples);
      const requests = samples.map(({ prompt }, slot) => ({
        prompt: model.tokenize(prompt),
        branches: [{ maxTokens: 32, capture: { spool, slot, positions: "generated" as const } }],
      }));
      await using engine = await model.createEngine(ENGINE);
      const answers = (await Promise.all(engine.runTogether(requests))).map(({ branches }) => branches[0]!);
      expect(answers.map(({ text }) => text)).toEqual(samples.map(({ completion }) => completion));
      for (const source of (await findSaes(mmlu.sae)).filter(({ config }) => LAYERS.includes(config.hook.layer))) {
        await using sae = await Sae.load(source, ENGINE);
        const { layer } = source.config.hook;
        const pooled = async (native: number) => {
          const rows = (await spool.rows(native, 0)).subarray(0, answers[0]!.tokens.length * sae.dModel);
          return maxOverRows(await sae.encode(rows), sae.dSae);
        };
        const [path] = await saeFiles(official, manifest, source.id);
        const kept = firstSample(path!, sae.dSae);
        expect(relativeError(await pooled(layer - 1), kept)).toBeLessThan(1e-5);
        expect(relativeError(await pooled(layer), kept)).toBeGreaterThan(1e-3);
      }
      await spool.dispose();
    });

    it("goes on after an abort to the same bytes", async () => {
      const { run, inputs } = await collection("resumed");
      const stop = new AbortController();
      const onProgress = ({ done, unit }: Progress) => unit === "questions" && done > 8 && stop.abort();
      const stopped = run({ signal: stop.signal, onProgress });
      await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
      expect(readdirSync(join(inputs.directory, "activations"))).toEqual(["000000"]);
      expect(await run()).toMatchObject({ resumed: 8 });
      const collected = Object.entries(filesOf(official)).filter(([name]) => /^(samples|activations)/.test(name));
      expect(filesOf(inputs.directory)).toMatchObject(Object.fromEntries(collected));
    });

    it("ranks by moments alone as by the kept activations", async () => {
      const { run, inputs } = await collection("moments");
      await run({ keep: "moments" });
      expect(existsSync(join(inputs.directory, "activations"))).toBe(false);
      const [a, b] = [await rank(inputs.directory, { topK: 5000 }), await rank(official, { topK: 5000 })];
      expect(a.layers.map(({ layer }) => layer)).toEqual(LAYERS);
      for (const [i, { features }] of a.layers.entries()) expectSameRanking(features, b.layers[i]!.features);
    });

    /** The official run's collection alone, into another directory. */
    async function collection(name: string) {
      const task = await findTask(xstest.task);
      const { train: samples } = splitSamples(await questions(task), SIZES);
      const saes = (await findSaes(xstest.sae)).filter(({ config }) => LAYERS.includes(config.hook.layer));
      const { chunkSamples, convention } = xstest;
      const inputs = { directory: join(folder, name), samples, chunkSamples, convention, engine: ENGINE, sae: ENGINE };
      return {
        inputs,
        run: (more: Partial<CollectOptions> = {}) => collect(model, saes, task, { ...inputs, ...more }),
      };
    }
  });
});

async function questions(task: Task): Promise<Sample[]> {
  const samples: Sample[] = [];
  for await (const sample of task.load(mmlu.data)) samples.push(sample);
  return samples;
}

/** The pooled activations of a layer file's first sample, [d_sae]. */
function firstSample(path: string, dSae: number): Float32Array {
  const { offsets, indices, values } = chunkFromArrow(readFileSync(path), path, { dSae, nSamples: SIZES.train });
  const activations = new Float32Array(dSae);
  for (let entry = offsets[0]!; entry < offsets[1]!; entry++) activations[indices[entry]!] = values[entry]!;
  return activations;
}

function expectSameRanking(a: Ranking["layers"][number]["features"], b: typeof a): void {
  expect(a.map(({ feature, nActive }) => [feature, nActive])).toEqual(
    b.map(({ feature, nActive }) => [feature, nActive]),
  );
  for (const [i, { r, coefficient }] of a.entries()) {
    expect(Math.abs(r - b[i]!.r)).toBeLessThanOrEqual(1e-12 * Math.abs(r));
    expect(Math.abs(coefficient - b[i]!.coefficient)).toBeLessThanOrEqual(1e-12 * Math.abs(coefficient));
  }
}

/** activations [n, d_sae] -> [d_sae] */
function maxOverRows(activations: Float32Array, dSae: number): Float32Array {
  const pooled = new Float32Array(dSae);
  activations.forEach((z, k) => (pooled[k % dSae] = Math.max(pooled[k % dSae]!, z)));
  return pooled;
}

/** |a - b| / |b| */
function relativeError(a: Float32Array, b: Float32Array): number {
  const norm = (x: Float32Array) => Math.hypot(...x);
  return norm(a.map((z, j) => z - b[j]!)) / norm(b);
}
