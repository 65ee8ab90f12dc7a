import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runArms, type Arm } from "../../lib/ask/run-arms";
import { collect } from "../../lib/collect/collect";
import type { CollectOptions } from "../../lib/collect/options";
import { evaluate } from "../../lib/evaluate/evaluate";
import type { Engine } from "../../lib/model/engine";
import { Model } from "../../lib/model/model";
import { loadAddon } from "../../lib/native/load";
import type { Steering } from "../../lib/steering/steering";
import { rank } from "../../lib/rank/rank";
import { chunkFromArrow } from "../../lib/run/chunk";
import type { SampleRecord } from "../../lib/run/samples";
import type { SaeFolder } from "../../lib/sae/folder";
import { Sae } from "../../lib/sae/sae";
import { findSaes } from "../../lib/sae/set";
import { select } from "../../lib/select/select";
import { continuation, continuationNormalised } from "../../lib/score/continuation";
import { createSteering } from "../../lib/steering/create-steering";
import { configureTask } from "../../lib/tasks/configure";
import type { Task } from "../../lib/tasks/task";
import { directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";
import { parityTask, TINY_MODEL, TINY_SAES, tinySamples } from "../support/tiny-task";
import { logSoftmax, randomVector } from "./models";

/** One token a byte; the last one is likeliest by character alone. */
const CHOICES = [" vu", " QR", " T9", " hgf"];
const samples = tinySamples(24, CHOICES);
const whole: Task = { ...parityTask, name: "whole", scorers: [continuation, continuationNormalised] };
const normalised = configureTask(whole, { scorer: "continuation-normalised" });
const engine = { threads: 2, contextTokens: 1024, kvType: "f32" } as const;
const folder = temporaryFolder();
let model: Model;
let saes: SaeFolder[];

beforeAll(async () => {
  model = await Model.load(TINY_MODEL);
  saes = await findSaes(TINY_SAES);
});
afterAll(() => model.dispose());

const options = (name: string, more: Partial<CollectOptions> = {}): CollectOptions => ({
  ...{ directory: join(folder, name), samples, chunkSamples: 10, engine, sae: { threads: 2 } },
  ...more,
});

function records(directory: string): SampleRecord[] {
  const lines = readFileSync(join(directory, "samples.jsonl"), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as SampleRecord);
}

/** The tokens of a choice: those of the whole text after those of the prompt, one for each byte. */
function tokensOf(prompt: string, choice: string): Int32Array {
  return model.tokenize(prompt + choice).slice(model.tokenize(prompt).length);
}

/** The log-probability of a choice from the logits of a run of its own: of the whole text, or steered from the prompt's end. */
async function separately(running: Engine, prompt: string, choice: string, steering?: Steering): Promise<number> {
  const tokens = tokensOf(prompt, choice);
  const { logits } = await (steering
    ? oneBranch(running, model.tokenize(prompt), { forcedTokens: tokens, steering, logits: "generated" })
    : oneBranch(running, model.tokenize(prompt + choice), { maxTokens: 0, logits: "prompt" }));
  const { nVocab } = model.info;
  const first = steering ? 0 : model.tokenize(prompt).length - 1;
  return tokens.reduce((sum, token, i) => {
    const row = logits.slice((first + i) * nVocab, (first + i + 1) * nVocab);
    return sum + logSoftmax(row)[token]!;
  }, 0);
}

async function oneBranch(
  running: Engine,
  prompt: Int32Array,
  branch: Parameters<Engine["run"]>[0]["branches"][number],
) {
  return (await running.run({ prompt, branches: [branch] })).branches[0]!;
}

describe("collecting with whole choices", () => {
  it.each([
    ["all in all", whole, false, (logProbability: number) => logProbability],
    [
      "by character",
      normalised,
      true,
      (logProbability: number, choice: string) => logProbability / (choice.length - 1),
    ],
  ])("takes the choice that is likeliest after the prompt, %s", async (_, task, takesLong, worth) => {
    const { directory, manifest } = await collect(model, saes, task, options(task.scorers[0].name));
    expect(manifest.task).toMatchObject({ scorer: task.scorers[0].name, triesChoices: true });
    await using running = await model.createEngine(engine);
    const found = records(directory);
    expect(found.some(({ completion }) => completion === " hgf")).toBe(takesLong);
    for (const { prompt, expected, choiceLogProbabilities: logs, ...answer } of found) {
      for (const choice of CHOICES) expect(logs![choice]).toBeCloseTo(await separately(running, prompt, choice), 3);
      const [best, ...others] = [...CHOICES].sort((a, b) => worth(logs![b]!, b) - worth(logs![a]!, a));
      const gold = worth(logs![` ${expected}`]!, ` ${expected}`);
      const rival = best === ` ${expected}` ? others[0]! : best!;
      expect(answer).toMatchObject({
        ...{ completion: best, score: best === ` ${expected}` ? 1 : 0, stopReason: "end" },
        extras: { goldLogProbability: logs![` ${expected}`] },
        ...{ margin: expect.closeTo(gold - worth(logs![rival]!, rival), 10), generatedTokens: best!.length },
      });
    }
  });

  it("keeps what features did at the positions that chose the answer's tokens", async () => {
    const { directory } = await collect(model, saes, whole, options("rows"));
    const answers = records(directory).slice(0, 10);
    expect(new Set(answers.map(({ completion }) => completion)).size).toBeGreaterThan(1);
    const spool = loadAddon().createSpool({
      layers: Int32Array.from(saes, ({ config }) => config.hook.layer),
      ...{ nEmbd: model.info.nEmbd, memoryBytes: 2 ** 20, directory: folder },
    });
    await using running = await model.createEngine(engine);
    for (const [slot, { prompt, completion }] of answers.entries()) {
      const capture = { spool, slot, positions: "generated" as const };
      await oneBranch(running, model.tokenize(prompt), { forcedTokens: tokensOf(prompt, completion), capture });
    }
    for (const source of saes) {
      const { layer } = source.config.hook;
      await using sae = await Sae.load(source, { threads: 2 });
      const path = join(directory, "activations", "000000", `layer-0${layer}.arrow`);
      const { offsets, indices, values } = chunkFromArrow(readFileSync(path), path, {
        dSae: sae.dSae,
        nSamples: samples.length,
      });
      for (const [i, { completion }] of answers.entries()) {
        const activations = await sae.encode(await spool.rows(layer, i));
        expect(activations).toHaveLength(completion.length * sae.dSae);
        const pooled = new Float32Array(sae.dSae);
        activations.forEach((z, k) => (pooled[k % sae.dSae] = Math.max(z, pooled[k % sae.dSae]!)));
        const kept = new Float32Array(sae.dSae);
        for (let e = offsets[i]!; e < offsets[i + 1]!; e++) kept[indices[e]!] = values[e]!;
        kept.forEach((z, feature) => expect(z).toBeCloseTo(pooled[feature]!, 3));
      }
    }
    await spool.dispose();
  });

  it("goes on after an abort and ends with the same bytes", async () => {
    await collect(model, saes, whole, options("unbroken"));
    const stop = new AbortController();
    const broken = options("broken", {
      signal: stop.signal,
      onProgress: ({ done, unit }) => unit === "questions" && done > 10 && setImmediate(() => stop.abort()),
    });
    await expect(collect(model, saes, whole, broken)).rejects.toMatchObject({ name: "AbortError" });
    const seen: string[] = [];
    const onFirstAnswers = ({ examples }: { examples: readonly { completion: string }[] }) =>
      seen.push(...examples.map(({ completion }) => completion));
    const { resumed, directory } = await collect(model, saes, whole, options("broken", { onFirstAnswers }));
    expect(resumed).toBe(10);
    expect(seen).toEqual(
      records(directory)
        .slice(0, 3)
        .map(({ completion }) => completion),
    );
    expect(directoryContents(directory)).toEqual(directoryContents(join(folder, "unbroken")));
  });

  it("refuses the prompt's positions, and names a question whose choice does not fit", async () => {
    await expect(collect(model, saes, whole, options("all", { positions: "all" }))).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      details: { name: "positions" },
    });
    const long = { ...samples[0]!, id: "long", choices: [...CHOICES, " x".repeat(1000)] };
    await expect(collect(model, saes, whole, options("long", { samples: [...samples, long] }))).rejects.toMatchObject({
      code: "ERR_CONTEXT_FULL",
      message: expect.stringContaining("sample long"),
    });
  });
});

describe("arms with whole choices", () => {
  const steering = createSteering([{ layer: 1, vector: randomVector(1, 4) }]);
  const arms: Arm[] = [
    { name: "baseline", steering: undefined, constrained: false },
    { name: "steered", steering, constrained: false },
  ];

  it("are forks of one prompt, each choice steered from the prompt's last token on", async () => {
    await using running = await model.createEngine(engine);
    const [baseline, steered] = await runArms(running, whole, samples, arms);
    for (const [i, { prompt, expected }] of samples.entries()) {
      const gold = (outcome: typeof baseline) => outcome!.answers[i]!.extras!.goldLogProbability;
      expect(gold(baseline)).toBeCloseTo(await separately(running, prompt, ` ${expected}`), 3);
      expect(gold(steered)).toBeCloseTo(await separately(running, prompt, ` ${expected}`, steering), 3);
    }
    const rows = samples.length * CHOICES.join("").length;
    expect([baseline!.receipt, steered!.receipt]).toMatchObject([[], [{ layer: 1, rows }]]);
    expect(steered!.answers).not.toEqual(baseline!.answers);
    expect(new Set(baseline!.answers.map(({ formatValid }) => formatValid))).toEqual(new Set([true]));
  });

  it("are the same where they do not all fit at once", async () => {
    await using roomy = await model.createEngine(engine);
    await using tight = await model.createEngine({ ...engine, maxSequences: 3, contextTokens: 256 });
    const [all, few] = await Promise.all([roomy, tight].map((running) => runArms(running, whole, samples, arms)));
    for (const [a, { answers }] of all!.entries()) {
      expect(few![a]!.answers.map(({ completion }) => completion)).toEqual(answers.map(({ completion }) => completion));
    }
  });
});

describe("the later stages with whole choices", () => {
  it("select by which choice is likeliest, or by margins, and evaluate, but not with the first token held to the choices", async () => {
    const directory = join(folder, "stages");
    const questions = tinySamples(72, CHOICES);
    const [train, validation, test] = [questions.slice(0, 32), questions.slice(32, 52), questions.slice(52)];
    await collect(model, saes, whole, options("stages", { samples: train }));
    await rank(directory);
    const stage = { directory, engine, significance: "none" } as const;
    const variants = ["A", "P", "causal"] as const;
    const [best, pruned, byEffect] = await select(model, saes, whole, { ...stage, samples: validation, variants });
    expect(pruned!.validation).toMatchObject({ n: validation.length });
    const causal = byEffect!.causal!;
    expect(causal.outcome).toBe("choice");
    for (const { effect, scoreDifference } of causal.candidates) expect(effect).toBe(scoreDifference); // right is likeliest
    const few = { candidates: 1, grid: [1], residualGrid: [] };
    const byMargin = { ...stage, ...few, samples: validation, variants: ["causal"], outcome: "margin" } as const;
    const [{ causal: margins } = {}] = await select(model, saes, whole, byMargin);
    expect(margins!.candidates[0]!.effect).not.toBe(margins!.candidates[0]!.scoreDifference);
    for (const { helps, choiceDifference } of margins!.candidates) expect(helps && choiceDifference <= 0).toBe(false);

    const profiles = [best!.profile];
    const asked = { directory, engine, samples: test, profiles };
    const { arms, task } = await evaluate(model, whole, asked);
    expect(task).toMatchObject({ scorer: "continuation", triesChoices: true });
    expect(arms.map(({ name, n, formatValid }) => [name, n, formatValid])).toEqual([
      ["baseline", 20, 1],
      ["A", 20, 1],
    ]);
    await expect(evaluate(model, whole, { ...asked, constrained: true })).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      details: { name: "constrained" },
    });
  });
});
