import { readFileSync } from "node:fs";
import { join } from "node:path";
import { collect } from "../../lib/collect/collect";
import type { Sample } from "../../lib/data/sample";
import { signFlipped } from "../../lib/evaluate/controls/control-arm";
import { meanDifference } from "../../lib/evaluate/controls/mean-difference";
import { evaluate } from "../../lib/evaluate/evaluate";
import type { EvaluatedSample } from "../../lib/evaluate/evaluated-sample";
import { readEvaluation } from "../../lib/evaluate/evaluation";
import { Model } from "../../lib/model/model";
import type { Progress } from "../../lib/progress";
import { inOrders } from "../../lib/prompt/option-orders";
import { rank } from "../../lib/rank/rank";
import { readResidualStatistics } from "../../lib/run/residual-statistics";
import { readShards } from "../../lib/run/shards";
import { findSaes } from "../../lib/sae/set";
import { continuation } from "../../lib/score/continuation";
import { select } from "../../lib/select/select";
import type { SteeringProfile } from "../../lib/steering/profile";
import { profileSteering } from "../../lib/steering/profile-steering";
import { answeredElsewhere } from "../support/elsewhere";
import { temporaryFolder } from "../support/temporary-folder";
import { parityTask, TINY_MODEL, TINY_SAES, tinySamples } from "../support/tiny-task";

const CHOICES = ["A", "B", "C"];
const samples = tinySamples(20, CHOICES).map((sample, i): Sample => {
  const options = [`x${i}`, `${i}y`, `z${i * i}`];
  const [a, b, c] = options;
  return { ...sample, prompt: `${sample.prompt}\nA. ${a}\nB. ${b}\nC. ${c}\nAnswer:`, options };
});
const engine = { threads: 2, contextTokens: 2048, kvType: "f32" } as const;
const directory = join(temporaryFolder(), "run");
let model: Model;
let profiles: SteeringProfile[];

beforeAll(async () => {
  model = await Model.load(TINY_MODEL);
  const saes = await findSaes(TINY_SAES);
  const train = tinySamples(24, CHOICES);
  await collect(model, saes, parityTask, { directory, samples: train, engine, sae: { threads: 2 } });
  await rank(directory);
  const variants = ["S", "A"] as const;
  const selected = await select(model, saes, parityTask, {
    ...{ directory, samples: [], variants, engine, significance: "none" },
  });
  profiles = selected.map(({ profile }) => profile);
});
afterAll(() => model.dispose());

const options = (more = {}) => ({ directory, samples, profiles, orders: true, engine, ...more });
const written = () => readFileSync(join(directory, "evaluation-samples.jsonl"), "utf8");
const lines = () =>
  written()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as EvaluatedSample);

describe("evaluate with the options in other orders", () => {
  it("has of baseline and profiles what a run of each prompt by itself gives", async () => {
    const seen: Progress[] = [];
    const evaluation = await evaluate(model, parityTask, options({ onProgress: (p: Progress) => seen.push(p) }));
    const [, a] = profiles;
    expect(evaluation.orders).toMatchObject({ n: 20, nPrompts: 60, nOrders: 3 });
    expect(evaluation.orders!.arms.map(({ name }) => name)).toEqual(["baseline", "S", "A"]);
    await using alone = await model.createEngine(engine);
    const choiceTokens = Int32Array.from(CHOICES, (choice) => model.tokenize(choice, { addSpecial: false })[0]!);
    const branches = [{}, { steering: profileSteering(a!) }].map((way) => ({ maxTokens: 1, choiceTokens, ...way }));
    for (const [i, { orders }] of lines().slice(0, 3).entries()) {
      const asked = inOrders(samples[i]!);
      expect(orders!.places).toEqual(asked.map(({ places }) => places));
      for (const [o, { sample }] of asked.entries()) {
        const { branches: results } = await alone.run({ prompt: model.tokenize(sample.prompt), branches });
        const found = [orders!.logProbabilities["baseline"]![o]!, orders!.logProbabilities["A"]![o]!];
        results.forEach(({ choiceLogProbabilities }, arm) => {
          choiceLogProbabilities.forEach((log, c) => expect(found[arm]![c]).toBeCloseTo(log, 4));
        });
        expect(found[1]).not.toEqual(found[0]);
      }
    }
    const { runDir: _, ...file } = evaluation;
    expect(await readEvaluation(directory)).toEqual(file);
    const own = seen.filter(({ step }) => step === "3 arms x 20 questions, options in other orders");
    expect([own[0], own.at(-1)]).toMatchObject([{ done: 0 }, { done: 20, total: 20 }]);
    expect(own.every(({ done }, i) => i === 0 || done >= own[i - 1]!.done)).toBe(true);
  });

  it("has what needs no SAE beside it, where that is asked with the profiles", async () => {
    const a = profiles[1]!;
    const statistics = await readResidualStatistics(await readShards([directory]));
    const controls = [meanDifference(a, statistics)!, signFlipped(a)];
    const { orders } = await evaluate(model, parityTask, options({ controls }));
    expect(orders!.arms.map(({ name }) => name)).toEqual(["baseline", "S", "A", "mean-difference-A"]);
    const [line] = lines();
    const [steered, unsteered] = ["mean-difference-A", "baseline"].map((name) => line!.orders!.logProbabilities[name]);
    expect(steered).not.toEqual(unsteered);
    const waiting = await evaluate(model, parityTask, options({ controls, controlsFor: "gaining" }));
    expect(waiting.orders!.arms.map(({ name }) => name)).toEqual(["baseline", "S", "A"]);
  });

  it("gives the same bytes again, and the other arms what they have without it", async () => {
    await evaluate(model, parityTask, options());
    const first = written();
    await evaluate(model, parityTask, options());
    expect(written()).toBe(first);
    const rowByRow = { ...options(), engine: { ...engine, threads: 1, batchTokens: 1 } }; // what shares a batch moves the last bits
    await evaluate(model, parityTask, rowByRow);
    const withOrders = lines();
    await evaluate(model, parityTask, { ...rowByRow, orders: false });
    expect(lines()).toEqual(withOrders.map(({ orders: _, ...sample }) => sample));
  });

  it("is the same where others answer the questions in one block, and asks each block from an engine of its own", async () => {
    const alone = await evaluate(model, parityTask, options());
    const first = written();
    const openEngine = () => model.createEngine({ maxSequences: 64, ...engine });
    const together = answeredElsewhere(256, openEngine);
    expect(await evaluate(model, parityTask, options({ shared: together.shared }))).toEqual(alone);
    expect(written()).toBe(first);
    expect(together.sizes).toEqual([20]);
    const parted = answeredElsewhere(8, openEngine);
    const { orders } = await evaluate(model, parityTask, options({ shared: parted.shared }));
    expect(parted.sizes).toEqual([8, 8, 4]);
    expect(orders).toMatchObject({ n: 20, nPrompts: 60, nOrders: 3 });
    expect(lines().map(({ id, orders }) => [id, orders!.places])).toEqual(
      samples.map((sample) => [sample.id, inOrders(sample).map(({ places }) => places)]),
    );
  });

  it("leaves out questions that list no options, and refuses where none does or whole choices are tried", async () => {
    const { options: _, ...unlisted } = samples[0]!;
    const { orders } = await evaluate(model, parityTask, options({ samples: [unlisted, ...samples.slice(1, 4)] }));
    expect(orders).toMatchObject({ n: 3, nPrompts: 9 });
    expect(lines().map((line) => "orders" in line)).toEqual([false, true, true, true]);
    const refused = { code: "ERR_INVALID_ARGUMENT", details: expect.objectContaining({ name: "orders" }) as unknown };
    await expect(evaluate(model, parityTask, options({ samples: [unlisted] }))).rejects.toMatchObject(refused);
    const whole = { ...parityTask, scorers: [continuation] as const };
    await expect(evaluate(model, whole, options())).rejects.toMatchObject(refused);
  });
});
