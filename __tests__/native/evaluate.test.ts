import { readFileSync } from "node:fs";
import { join } from "node:path";
import { collect } from "../../lib/collect/collect";
import type { Sample } from "../../lib/data/sample";
import { distinctProfiles } from "../../lib/evaluate/arms";
import { evaluate } from "../../lib/evaluate/evaluate";
import type { EvaluatedSample } from "../../lib/evaluate/evaluated-sample";
import { readEvaluation, type Evaluation } from "../../lib/evaluate/evaluation";
import { signFlipped } from "../../lib/evaluate/controls/control-arm";
import { drawRandomControl } from "../../lib/evaluate/controls/random";
import { Model } from "../../lib/model/model";
import { loadAddon } from "../../lib/native/load";
import { decoderDirections } from "../../lib/steering/directions";
import { loadProfile, type SteeringProfile } from "../../lib/steering/profile";
import { rank } from "../../lib/rank/rank";
import { readMoments, readShards } from "../../lib/run/shards";
import type { SaeFolder } from "../../lib/sae/folder";
import { findSaes } from "../../lib/sae/set";
import type { Answer } from "../../lib/score/scorer";
import type { Progress } from "../../lib/progress";
import { select, type SelectedProfile } from "../../lib/select/select";
import type { Significance, Variant } from "../../lib/select/selection";
import type { Task } from "../../lib/tasks/task";
import { temporaryFolder } from "../support/temporary-folder";
import { parityTask, TINY_MODEL, TINY_SAES, tinySamples } from "../support/tiny-task";

const directory = join(temporaryFolder(), "run");
const CHOICES = [" a", " b", " c"];
const questions = tinySamples(60, CHOICES);
const [train, validation, test] = [questions.slice(0, 24), questions.slice(24, 40), questions.slice(40)] as const;
const engine = { threads: 1, contextTokens: 2048 };
let model: Model;
let saes: SaeFolder[];
let selected: SelectedProfile[];

beforeAll(async () => {
  model = await Model.load(TINY_MODEL);
  saes = await findSaes(TINY_SAES);
  await collect(model, saes, parityTask, { directory, samples: train, engine, sae: { threads: 1 } });
  await rank(directory);
  selected = await select(model, saes, parityTask, { directory, samples: validation, engine, significance: "none" });
});
afterAll(() => model.dispose());

const profiles = () => selected.map(({ profile }) => profile);
const armOf = (evaluation: Evaluation, name: string) => evaluation.arms.find((arm) => arm.name === name)!;

async function control() {
  const shards = await readShards([directory]);
  const saeOf = (id: string) => shards[0]!.manifest.saes.find((sae) => sae.id === id)!;
  const momentsOf = (sae: string) => readMoments(shards, saeOf(sae));
  const directionsOf = decoderDirections(saes);
  return drawRandomControl(selected[1]!.profile, { nDraws: 2, seed: 7, momentsOf, directionsOf });
}

describe("select", () => {
  it("makes S, A and P of the ranking, as files that load", async () => {
    const [s, a, p] = selected;
    expect(s!.features).toHaveLength(1);
    expect(a!.features.map(({ layer }) => layer)).toEqual([0, 1, 2, 3]);
    expect(p!.validation!.n).toBe(16);
    expect(p!.features.map(({ layer }) => layer)).toEqual(
      p!.validation!.layers.filter(({ kept }) => kept).map(({ layer }) => layer),
    );
    for (const { path, profile } of selected) expect(await loadProfile(path, loadAddon())).toEqual(profile);
  });

  it("asks the questions of P and P+ once, and none where no layer is left", async () => {
    const steps = async (variants: readonly Variant[], significance: Significance) => {
      const begun: string[] = [];
      const onProgress = ({ step, unit, done }: Progress) => unit === "questions" && done === 0 && begun.push(step);
      await select(model, saes, parityTask, { ...{ directory, samples: validation, engine }, variants, significance, onProgress }); // prettier-ignore
      return begun;
    };
    expect(await steps(["P", "P+"], "none")).toEqual(["5 arms x 16 questions"]);
    expect(await steps(["P", "P+"], "family-wise")).toEqual([]);
  });

  it("says when P has nothing to validate on", async () => {
    const options = { directory, samples: [], variants: ["P"] as const };
    await expect(select(model, saes, parityTask, options)).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT" });
  });
});

describe("evaluate", () => {
  it("runs every arm on the same questions, with receipts, and keeps each answer", async () => {
    const options = {
      directory,
      samples: test,
      profiles: profiles(),
      controls: await control(),
      scales: [2],
      engine,
    };
    const evaluation = await evaluate(model, parityTask, options);
    const names = evaluation.arms.map(({ name }) => name);
    const doses = distinctProfiles(profiles()).map(({ name }) => `${name}@2`);
    expect(names).toEqual(["baseline", "S", "A", "P", ...doses, "random-A-1", "random-A-2"]);
    for (const { n, correct, accuracy } of evaluation.arms) expect([n, accuracy]).toEqual([20, correct / 20]);
    expect(armOf(evaluation, "baseline")).toMatchObject({ comparison: null, receipt: [] });
    const { receipt } = armOf(evaluation, "A");
    expect(receipt.map(({ layer }) => layer)).toEqual([0, 1, 2, 3]);
    for (const { rows } of receipt) expect(rows).toBeGreaterThanOrEqual(20);
    expect(armOf(evaluation, "A@2").receipt[0]!.meanAddedNorm).toBeCloseTo(2 * receipt[0]!.meanAddedNorm, 4);
    const draws = ["random-A-1", "random-A-2"].map((name) => armOf(evaluation, name));
    for (const draw of draws) expect(draw.receipt[0]!.meanAddedNorm).toBeCloseTo(receipt[0]!.meanAddedNorm, 4);
    const differences = draws.map(({ comparison }) => comparison!.difference);
    expect(evaluation.controls).toMatchObject([
      {
        profile: "A",
        arms: draws.map(({ name }) => name),
        range: [Math.min(...differences), Math.max(...differences)],
      },
    ]);
    const lines = readFileSync(join(directory, "evaluation-samples.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(test.map(({ id }) => id));
    const { runDir, ...file } = evaluation;
    expect(runDir).toBe(directory);
    expect(await readEvaluation(directory)).toEqual(file);
  });

  it("runs a profile that steers nothing as the baseline, once", async () => {
    const [profile] = profiles();
    const nothing = { nEmbd: profile!.vectors.nEmbd, layers: new Int32Array(), rows: new Float32Array() };
    const empty = { ...profile!, name: "P+", features: [], vectors: nothing };
    const options = { directory, samples: test, profiles: [empty], scales: [2], repeat: true, engine };
    const { arms, headline } = await evaluate(model, parityTask, options);
    expect(arms.map(({ name, sameAs }) => [name, sameAs])).toEqual([
      ["baseline", null],
      ["P+", "baseline"],
      ["baseline-again", null],
    ]);
    expect(arms[1]!.comparison).toMatchObject({ difference: 0, pValue: 1, adjustedP: 1, sideEffects: { changed: 0 } });
    expect(headline).toBe("No profile steers anything: selection left no feature.");
  });

  describe("with controls for profiles that gain", () => {
    const samples = test.slice(0, 12);
    const instructed = {
      instruction: "well, ",
      samples: samples.map((sample) => ({ ...sample, prompt: `well, ${sample.prompt}` })),
    };
    const neutral = { name: "mine", texts: ["abcdefgh abcdefgh"] };
    const evaluated = (task: Task, of: readonly SteeringProfile[]) =>
      evaluate(model, task, {
        ...{ directory, samples, profiles: of, controls: of.map(signFlipped), controlsFor: "gaining", scales: [2] },
        ...{ instructed, neutral, engine },
      });
    /** Right where A answers as it does, and as nothing does without steering. */
    async function taskOfA(): Promise<Task> {
      await evaluated(parityTask, profiles().slice(1, 2));
      const lines = readFileSync(join(directory, "evaluation-samples.jsonl"), "utf8").trim().split("\n");
      const answers = lines.map((line) => JSON.parse(line) as EvaluatedSample);
      const right = new Map(answers.map(({ id, arms: { A, baseline } }) => [id, A!.completion === baseline!.completion ? undefined : A!.completion])); // prettier-ignore
      const score = ({ completion }: Answer, { id }: Sample) => Number(completion === right.get(id));
      return { ...parityTask, scorers: [{ name: "as-A", score }] };
    }

    it("runs what tells why only of those, and says so", async () => {
      const [, a] = profiles();
      const other = signFlipped(a!).steered;
      const { arms, controls, notRun, instruction } = await evaluated(await taskOfA(), [a!, { ...other, name: "B" }]);
      expect(arms.map(({ name }) => name)).toEqual(
        ["baseline", "A", "B", "A@2", "B@2", "prompt-only", "sign-flipped-A"], // prettier-ignore
      );
      expect(arms.flatMap(({ name, neutral }) => (neutral ? [[name, "repeating" in neutral]] : []))).toEqual([
        ["baseline", true],
        ["A", true],
        ["B", false],
      ]);
      expect(controls.map(({ role, profile }) => [role, profile])).toEqual([
        ["sign-flipped", "A"],
        ["prompt-only", "A"],
        ["prompt-only", "B"],
      ]);
      const [flipped] = controls;
      expect(flipped!.advantage!.adjustedP).toBe(Math.min(1, 2 * flipped!.advantage!.pValue));
      expect(notRun).toEqual(
        ["sign-flipped", "neutral-continued"].map((control) => ({ control, profile: "B", because: "no gain" })),
      );
      expect(instruction).toBe("well, ");
    });

    it("runs none where no profile gains", async () => {
      const never = { ...parityTask, scorers: [{ name: "never", score: () => 0 }] } as const;
      const { arms, controls, notRun, instruction, neutral } = await evaluated(never, profiles().slice(1, 2));
      expect([arms.map(({ name }) => name), controls]).toEqual([["baseline", "A", "A@2"], []]);
      expect(notRun).toEqual(
        ["sign-flipped", "prompt-only", "neutral-continued"].map((control) => ({
          control,
          profile: null,
          because: "no gain",
        })),
      );
      expect(arms[1]!.neutral).not.toHaveProperty("repeating");
      expect([instruction, neutral?.text]).toEqual([null, "mine"]);
    });

    it("asks nothing but the baseline where nothing is steered", async () => {
      const [profile] = profiles();
      const vectors = { nEmbd: profile!.vectors.nEmbd, layers: new Int32Array(), rows: new Float32Array() };
      const empty = { ...profile!, features: [], vectors };
      const options = { directory, samples, profiles: [empty], controlsFor: "gaining", instructed, neutral } as const;
      const found = await evaluate(model, parityTask, { ...options, engine });
      expect(found.arms.map(({ name, neutral }) => [name, neutral])).toEqual([
        ["baseline", null],
        ["S", null],
      ]);
      expect(found.notRun).toEqual(
        ["prompt-only", "neutral"].map((control) => ({ control, profile: null, because: "nothing steered" })),
      );
      const { runDir: _, ...file } = found;
      expect(await readEvaluation(directory)).toEqual(file);
    });
  });

  it("asks the same questions after an instruction, in their order alone, and measures neutral text", async () => {
    const samples = test.slice(0, 4);
    const asked = samples.map((sample) => ({ ...sample, prompt: `well, ${sample.prompt}` }));
    const instructed = { instruction: "well, ", samples: asked };
    const neutral = { name: "mine", texts: ["abcdefgh abcdefgh", "hgfedcba"] };
    const options = { directory, samples, profiles: profiles().slice(1, 2), instructed, neutral, engine };
    const evaluation = await evaluate(model, parityTask, options);
    expect(armOf(evaluation, "prompt-only")).toMatchObject({ role: "prompt-only", n: 4, receipt: [] });
    expect(armOf(evaluation, "baseline").neutral!.meanKl).toBe(0);
    expect(armOf(evaluation, "A").neutral!.meanKl).toBeGreaterThan(0);
    expect(evaluation.neutral).toMatchObject({ text: "mine" });
    const turned = { ...options, instructed: { ...instructed, samples: [...asked].reverse() } };
    await expect(evaluate(model, parityTask, turned)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  });

  it("has the baseline that a run without steering gives", async () => {
    const options = { directory, samples: test.slice(0, 1), profiles: profiles(), engine };
    await evaluate(model, parityTask, options);
    const line = JSON.parse(readFileSync(join(directory, "evaluation-samples.jsonl"), "utf8")) as {
      arms: Record<string, { completion: string }>;
    };
    await using alone = await model.createEngine(engine);
    const prompt = model.tokenize(test[0]!.prompt);
    const { branches } = await alone.run({ prompt, branches: [{ maxTokens: parityTask.maxTokens }] });
    expect(line.arms["baseline"]!.completion).toBe(branches[0]!.text);
  });

  it("gives the same bytes again", async () => {
    const options = { directory, samples: test, profiles: profiles(), engine };
    const bytes = async () => {
      await evaluate(model, parityTask, options);
      return ["evaluation.json", "evaluation-samples.jsonl"].map((name) => readFileSync(join(directory, name), "utf8"));
    };
    expect(await bytes()).toEqual(await bytes());
  });

  it("holds the constrained arms, and only them, to the choices", async () => {
    const task: Task = { ...parityTask, kind: "choice", maxTokens: 1 };
    const options = { directory, samples: test, profiles: profiles().slice(1, 2), constrained: true, engine };
    const evaluation = await evaluate(model, task, options);
    expect(evaluation.arms.map(({ name, comparison }) => [name, comparison?.with])).toEqual([
      ["baseline", undefined],
      ["A", "baseline"],
      ["baseline-constrained", "baseline"],
      ["A-constrained", "baseline-constrained"],
    ]);
    const lines = readFileSync(join(directory, "evaluation-samples.jsonl"), "utf8").trim().split("\n");
    const firsts = new Set(
      CHOICES.map((choice) => model.detokenize(model.tokenize(choice, { addSpecial: false }).slice(0, 1))),
    );
    for (const line of lines) {
      const { arms } = JSON.parse(line) as { arms: Record<string, { completion: string }> };
      expect(firsts).toContain(arms["A-constrained"]!.completion);
    }
  });

  it("refuses a profile of another model, questions without choices for constrained arms, and no questions", async () => {
    const base = { directory, samples: test, profiles: profiles(), engine };
    const [profile] = profiles();
    const other = { ...profile!, model: { ...profile!.model, nEmbd: 32 } };
    await expect(evaluate(model, parityTask, { ...base, profiles: [other] })).rejects.toMatchObject({
      code: "ERR_SHAPE_MISMATCH",
    });
    await expect(
      evaluate(model, parityTask, { ...base, samples: tinySamples(3), constrained: true }),
    ).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    const controls = [{ role: "random", profile: "B", steered: profile! }] as const;
    await expect(evaluate(model, parityTask, { ...base, controls })).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
    });
    await expect(evaluate(model, parityTask, { ...base, samples: [] })).rejects.toMatchObject({
      code: "ERR_DATASET_FORMAT",
    });
    await expect(evaluate(model, parityTask, { ...base, profiles: [profile!, profile!] })).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
    });
  });

  it("stops at once when its signal is aborted", async () => {
    const stop = new AbortController();
    const many = Array.from({ length: 50 }, (_, i) => test.map((sample) => ({ ...sample, id: `${i}/${sample.id}` })));
    const running = evaluate(model, parityTask, {
      directory,
      samples: many.flat(),
      profiles: profiles(),
      engine,
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(), 20);
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
  });
});
