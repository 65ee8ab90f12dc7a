import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { norm } from "../../lib/statistics/norm";
import { openInputs, type Inputs } from "../../lib/pipeline/inputs";
import { resolveSetup } from "../../lib/pipeline/setup";
import { collectStage, evaluateStage, selectStage, type SelectStageOptions } from "../../lib/pipeline/stages";
import { loadProfile } from "../../lib/steering/profile";
import { measureNeutral } from "../../lib/neutral/measure";
import { neutralPart } from "../../lib/neutral/part";
import { profileSteering } from "../../lib/steering/profile-steering";
import { rank } from "../../lib/rank/rank";
import { readShards } from "../../lib/run/shards";
import { readResidualStatistics } from "../../lib/run/residual-statistics";
import { readDecoderBias } from "../../lib/sae/decoder-bias";
import type { CausalAhead } from "../../lib/select/causal-ahead";
import { readSelections } from "../../lib/select/selection";
import type { SelectedProfile } from "../../lib/select/select";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES } from "../support/corrsteer";
import { jsonl } from "../../lib/tasks/jsonl";
import { temporaryFolder } from "../support/temporary-folder";

const directory = join(temporaryFolder(), "demo");
const setup = resolveSetup({
  model: DEMO_MODEL,
  sae: DEMO_SAES,
  task: "jsonl",
  data: DEMO_QUESTIONS,
  validationSamples: 300,
  testSamples: 300,
  threads: 1,
});
let inputs: Inputs;

beforeAll(async () => {
  // demo/sums.mjs, which jest cannot load: one token is the answer.
  inputs = { ...(await openInputs(setup)), task: { ...jsonl, kind: "choice", maxTokens: 1, stop: [] } };
  await collectStage(inputs, directory);
  await rank(directory);
}, 60_000);
afterAll(() => inputs.model.dispose());

const select = (options: SelectStageOptions) => selectStage(inputs, directory, options);
const one = async (options: SelectStageOptions) => (await select(options))[0]!;
const ids = ({ features }: SelectedProfile) => features.map(({ layer, feature }) => `${layer}:${feature}`);

describe("selection by effect, on the demo's model", () => {
  let causal: SelectedProfile;
  let bytes: string;
  const file = () => readFileSync(join(directory, "selection.json"), "utf8");

  beforeAll(async () => {
    causal = await one({ variants: ["causal"] });
    bytes = file();
  }, 60_000);

  it("finds a profile that helps on questions that nothing was chosen on, which S does not", async () => {
    await select({ variants: ["S", "causal"] });
    const { arms } = await evaluateStage(inputs, directory, { controls: [], scales: [] });
    const gain = (name: string) => arms.find((arm) => arm.name === name)!.comparison!.difference;
    expect(gain("causal")).toBeGreaterThan(0.4);
    expect(gain("S")).toBeLessThan(0.05);
  }, 60_000);

  it("records every candidate: its effect, its p, and where it was given up", () => {
    const { outcome, stages, candidates, joint, cost } = causal.causal!;
    expect(outcome).toBe("score"); // the demo's questions have no choices
    expect(stages).toEqual([38, 75, 150, 300]);
    expect(candidates).toHaveLength(4 * 4 * 5);
    for (const { n, pValue, adjustedP, droppedAtStage } of candidates) {
      expect(n).toBe(stages[droppedAtStage ?? 3]);
      expect([pValue === null, adjustedP === null]).toEqual(Array(2).fill(droppedAtStage !== null));
    }
    expect(candidates.some(({ droppedAtStage }) => droppedAtStage !== null)).toBe(true);
    expect(joint!.interval[0]).toBeGreaterThan(0.3);
    expect(cost.answers).toBeLessThan(81 * 300);
  });

  it("keeps few features: what a second layer adds has to be shown too", () => {
    const { steps } = causal.causal!;
    expect(causal.features).toHaveLength(1 + steps.filter(({ kept }) => kept).length);
    expect(new Set(steps.map(({ layer }) => layer)).size).toBe(steps.length);
  });

  it("gives the same bytes again, which read back", async () => {
    await select({ variants: ["causal"] });
    expect(file()).toBe(bytes);
    const { selections, significance, alpha } = await readSelections(directory);
    expect([significance, alpha]).toEqual(["family-wise", 0.05]);
    expect(selections).toMatchObject([{ variant: "causal", causal: causal.causal }]);
    expect(await loadProfile(causal.path)).toEqual(causal.profile);
  }, 60_000);

  it("asks about the coefficients and features that it is told to", async () => {
    const { causal: record } = await one({ variants: ["causal"], candidates: 1, grid: [1], residualGrid: [] });
    expect(record!.candidates.map(({ dose }) => dose)).toEqual(Array(4).fill("mean x 1"));
  }, 60_000);
});

describe("selection by effect from several pools, on the demo's model", () => {
  it("tries what any of them offers, within a budget that it tells of before it asks", async () => {
    const told: CausalAhead[] = [];
    const options = {
      pools: ["correlation", "output-score", "joint"],
      candidates: 1,
      grid: [1, 2],
      residualGrid: [],
    } as const;
    const all = await one({ variants: ["causal"], ...options, onCausalAhead: (ahead) => told.push(ahead) });
    const { candidates, pools, mostOfLayer } = all.causal!;
    expect([pools, mostOfLayer]).toEqual([options.pools, 1]);
    for (const pool of options.pools)
      expect(candidates.some((candidate) => candidate.pools!.includes(pool))).toBe(true);
    const kept = all.joint!.features.filter(({ kept }) => kept).map(({ layer, feature }) => `${layer}:${feature}`);
    const offered = candidates.filter(({ pools }) => pools!.includes("joint"));
    expect([...new Set(offered.map(({ layer, feature }) => `${layer}:${feature}`))].sort()).toEqual(kept.sort());
    const { least, features } = all.outputScores!;
    const acting = candidates.filter(({ pools }) => pools!.includes("output-score"));
    for (const { layer, feature } of acting) {
      expect(features.find((of) => of.layer === layer && of.feature === feature)!.score).toBeGreaterThanOrEqual(least);
    }
    expect(told).toMatchObject([{ nCandidates: candidates.length, nLeftOut: 0, nQuestions: 300 }]);

    const bounded = await one({
      variants: ["causal"],
      ...options,
      budget: 1600,
      onCausalAhead: (ahead) => told.push(ahead),
    });
    const { budget, candidates: fewer, cost } = bounded.causal!;
    expect(fewer).toHaveLength(4);
    expect(told[1]).toEqual({ nCandidates: 4, nLeftOut: candidates.length - 4, nQuestions: 300, mostAnswers: 1600 });
    expect(budget).toMatchObject({ answers: 1600, leftOut: candidates.length - 4 });
    expect(cost.answers).toBeLessThanOrEqual(1600);
  }, 120_000);
});

describe("a gate, on the demo's model", () => {
  let gated: SelectedProfile;

  beforeAll(async () => {
    gated = await one({ variants: ["gated"] });
  }, 60_000);

  it("brings rows to a threshold that helps on other questions, and leaves those alone that are there", async () => {
    const controls = ["sign-flipped", "mean-difference", "probe-direction", "random"] as const;
    const { arms } = await evaluateStage(inputs, directory, { controls, controlsFor: "all", scales: [] });
    const [, own, ...others] = arms;
    const gain = own!.comparison!.difference;
    expect(gain).toBeGreaterThan(0.4);
    expect(Math.max(...own!.receipt.map(({ leftAlone }) => leftAlone))).toBeGreaterThan(0);
    expect(others.map(({ name }) => name)).toEqual(["sign-flipped-gated", "mean-difference-gated"]); // it has no features
    for (const { comparison } of others) expect(comparison!.difference).toBeLessThan(gain / 2);
  }, 60_000);

  it("records its probes and thresholds, and gives the same bytes again, which read back", async () => {
    const { probes, candidates, chosen, cost } = gated.gated!;
    expect(probes.map(({ layer }) => layer)).toEqual([0, 1, 2, 3]);
    for (const { auc } of probes) expect(auc).toBeGreaterThan(0.7);
    expect(candidates).toHaveLength(2 * 4);
    expect([candidates[chosen!]!.helps, gated.features]).toEqual([true, []]);
    expect(cost.answers).toBeLessThanOrEqual((8 + 4) * 300);
    const file = () => readFileSync(join(directory, "selection.json"), "utf8");
    const bytes = file();
    const again = await one({ variants: ["gated"] });
    expect(file()).toBe(bytes);
    expect(await loadProfile(again.path)).toEqual(gated.profile);
  }, 60_000);
});

describe("arms of equal divergence", () => {
  it("move neutral text by as much, what needs no SAE beside each profile, whether it gains or not", async () => {
    const neutralText = join(directory, "..", "sums.txt");
    writeFileSync(neutralText, ["1+1=2;3+5=8;9+9=18", "2+2=4;6+7=13;0+4=4", "3+3=6;8+1=9;7+9=16"].join("\n\n"));
    await select({ variants: ["S", "gated"] });
    const controls = ["sign-flipped", "mean-difference", "probe-direction", "random", "neutral"] as const;
    const options = { equalKl: 0.2, neutralText, controls, randomDraws: 1, scales: [0.5] };
    const evaluation = await evaluateStage(inputs, directory, options);
    expect(evaluation.equalKl).toEqual({ nats: 0.2, neutral: { text: neutralText, part: "tuning", nTexts: 1 } });
    const arms = new Map(evaluation.arms.map((arm) => [arm.name, arm]));
    const compared = ["S", "gated", "mean-difference-S", "mean-difference-gated", "probe-direction-S"];
    expect([...arms.keys()]).toEqual(expect.arrayContaining(["sign-flipped-gated", ...compared]));
    for (const { role, dose, neutral } of arms.values()) {
      if (role === "baseline") expect(dose).toBeUndefined();
      else expect(dose).toMatchObject({ kl: expect.closeTo(0.195, 1) });
      if (neutral) expect([role, neutral.p95Kl! > neutral.meanKl]).toEqual([role, role !== "baseline"]);
    }
    for (const name of compared) expect(arms.get(name)!.neutral).not.toBeNull();
    expect(arms.get("S@0.5")!.dose).toEqual(arms.get("S")!.dose);
    expect(arms.get("random-S-1")!.dose).toEqual(arms.get("S")!.dose);
    const added = (name: string) => arms.get(name)!.receipt[0]!.meanAddedNorm;
    expect(added("S@0.5")).toBeCloseTo(added("S") / 2, 4);
    expect(added("random-S-1")).toBeCloseTo(added("S"), 4);
    expect(evaluation.verdict.join(" ")).toContain(
      "Arms are dosed to 0.2 nats a token at the 95th percentile of neutral text: S x ",
    );
    await using engine = await inputs.model.createEngine();
    const { texts } = await neutralPart(neutralText, "reporting");
    for (const name of ["mean-difference-S", "mean-difference-gated", "probe-direction-S"]) {
      const kept = await loadProfile(join(directory, "profiles", `${name}.steer.json`));
      expect([kept.name, kept.features]).toEqual([name, []]);
      const [measured] = await measureNeutral(engine, [{ name, steering: profileSteering(kept) }], { texts });
      expect(measured!.p95Kl).toBeCloseTo(arms.get(name)!.neutral!.p95Kl!, 3);
    }
    await evaluateStage(inputs, directory, { controls: [], scales: [] });
    expect(readdirSync(join(directory, "profiles")).filter((file) => /mean|probe/.test(file))).toEqual([]);
  }, 60_000);
});

describe("the sparse joint fit, on the demo's model", () => {
  it("keeps fewer features than survive, at the policy's coefficients or its own, and asks no question", async () => {
    const steps = new Set<string>();
    const [joint, weighted] = await select({
      variants: ["joint", "joint-weighted"],
      onProgress: ({ step }) => steps.add(step),
    });
    const own = ids(joint!);
    expect(own.length).toBeGreaterThan(0);
    expect(own.length).toBeLessThan(joint!.joint!.nCandidates);
    expect(ids(weighted!)).toEqual(own);
    expect(weighted!.joint).toEqual(joint!.joint);
    expect(joint!.joint!.features.filter(({ kept }) => kept)).toHaveLength(own.length);
    for (const [i, { coefficient, coefficientCorrect }] of joint!.features.entries()) {
      expect(coefficient).toBe(coefficientCorrect);
      expect(weighted!.features[i]!.coefficient).not.toBe(coefficient);
      expect(weighted!.features[i]!.coefficient).toBeGreaterThan(0);
    }
    expect([...steps].filter((step) => step.includes("question"))).toEqual([]);
    expect((await readSelections(directory)).selections).toMatchObject([
      { joint: joint!.joint },
      { joint: joint!.joint },
    ]);
  }, 60_000);
});

describe("coefficients and vectors", () => {
  const vectorOf = ({ profile: { vectors } }: SelectedProfile, i: number) =>
    vectors.rows.subarray(i * vectors.nEmbd, (i + 1) * vectors.nEmbd);

  it("sums the vectors of a layer's features", async () => {
    const two = await one({ variants: ["A"], topK: 2 });
    expect(two.features).toHaveLength(8);
    expect([...two.profile.vectors.layers]).toEqual([0, 1, 2, 3]);
    expect(two.features.slice(0, 2).map(({ layer }) => layer)).toEqual([0, 0]);
  });

  it("adds the decoder's bias in the first steered layer only, and says so", async () => {
    const plain = await one({ variants: ["A"] });
    const decoded = await one({ variants: ["A"], decode: true });
    const bias = await readDecoderBias(inputs.saes[0]!);
    expect(norm(bias)).toBeGreaterThan(0);
    const added = vectorOf(decoded, 0).map((x, i) => x - vectorOf(plain, 0)[i]!);
    for (const [i, x] of added.entries()) expect(x).toBeCloseTo(bias[i]!, 4);
    for (const layer of [1, 2, 3]) expect(vectorOf(decoded, layer)).toEqual(vectorOf(plain, layer));
    expect([plain.profile.decoderBias, decoded.profile.decoderBias]).toEqual([undefined, "blocks.0.hook_resid_post"]);
  });

  it("adds a fraction of the residual's norm, which the receipt confirms", async () => {
    await one({ variants: ["A"], coefficient: "residual:0.1" });
    const { arms } = await evaluateStage(inputs, directory, { variants: ["A"], controls: [], scales: [] });
    const { receipt } = arms.find(({ name }) => name === "A")!;
    const statistics = await readResidualStatistics(await readShards([directory]));
    expect(receipt).toHaveLength(4);
    for (const [i, { meanAddedNorm }] of receipt.entries()) {
      expect(meanAddedNorm / statistics[i]!.meanNorm).toBeCloseTo(0.1, 5);
    }
  });

  it("scales a profile up to a budget of divergence on neutral text", async () => {
    const mean = await one({ variants: ["A"] });
    const { budget, features } = await one({ variants: ["A"], coefficient: "kl:0.05" });
    expect(budget!.neutral).toEqual({ text: "built in", part: "tuning", nTexts: 20 });
    expect(budget!.meanKl).toBeLessThanOrEqual(0.05);
    expect(budget!.meanKl).toBeGreaterThan(0.03);
    features.forEach(({ coefficient }, i) => {
      expect(coefficient).toBeCloseTo(mean.features[i]!.coefficient * budget!.scale, 6);
    });
  }, 60_000);

  it("keeps to that budget with a decoder bias, which it does not scale", async () => {
    const { budget, profile } = await one({ variants: ["A"], coefficient: "kl:4", decode: true });
    await using engine = await inputs.model.createEngine(inputs.engine);
    const { texts } = await neutralPart(undefined, "tuning");
    const [measured] = await measureNeutral(engine, [{ name: "A", steering: profileSteering(profile) }], { texts });
    expect(measured!.meanKl).toBeCloseTo(budget!.meanKl, 3);
    expect(measured!.meanKl).toBeLessThanOrEqual(4);
  }, 60_000);

  it("tunes on some of the texts given, and reports on the others", async () => {
    const neutralText = join(directory, "..", "sums.txt");
    writeFileSync(neutralText, ["1+1=2", "2+2=4", "3+3=6"].join("\n\n"));
    const { budget } = await one({ variants: ["A"], coefficient: "kl:0.5", neutralText });
    expect(budget!.neutral).toEqual({ text: neutralText, part: "tuning", nTexts: 1 });
    const { neutral } = await evaluateStage(inputs, directory, { controls: ["neutral"], scales: [], neutralText });
    expect(neutral).toMatchObject({ text: neutralText, part: "reporting", nTexts: 2 });
  }, 60_000);

  it("keeps in P+ what a test confirms of P", async () => {
    const [p, pPlus] = await select({ variants: ["P", "P+"] });
    expect(ids(p!)).toEqual(expect.arrayContaining(ids(pPlus!)));
    for (const { adjustedP, kept } of pPlus!.validation!.layers) expect(kept).toBe(adjustedP! < 0.05);
  });
});

it.each([
  ["an unknown variant", { variants: ["X"] }, "ERR_INVALID_ARGUMENT"],
  ["an unknown policy", { coefficient: "median" }, "ERR_INVALID_ARGUMENT"],
  ["an unknown significance", { significance: "bonferroni" }, "ERR_INVALID_ARGUMENT"],
  ["an unknown outcome", { outcome: "length" }, "ERR_INVALID_ARGUMENT"],
  ["margins of questions without choices", { variants: ["causal"], outcome: "margin" }, "ERR_INVALID_ARGUMENT"],
  ["no features of a layer", { topK: 0 }, "ERR_OUT_OF_RANGE"],
  ["an empty grid", { grid: [], residualGrid: [] }, "ERR_OUT_OF_RANGE"],
  ["a coefficient of 0", { grid: [0] }, "ERR_OUT_OF_RANGE"],
  ["a budget that has no room for a feature", { variants: ["causal"], budget: 6 * 300 - 1 }, "ERR_OUT_OF_RANGE"],
  ["an unknown pool", { pools: ["best"] }, "ERR_INVALID_ARGUMENT"],
])("refuses %s", async (_, options, code) => {
  await expect(select(options as SelectStageOptions)).rejects.toMatchObject({ code });
});
