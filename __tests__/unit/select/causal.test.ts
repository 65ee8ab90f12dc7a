import type { RankedFeature } from "../../../lib/rank/ranking";
import { selectCausal } from "../../../lib/select/causal";
import { differencesOf, riseTest, type Differences, type OutcomeName } from "../../../lib/select/effect";
import { joinGreedily } from "../../../lib/select/join-greedily";
import { rankedFeature } from "../../support/ranking";
import { questionsAnswered } from "../../support/validation";

const N = 64;
const at = (layer: number, feature: number) => ({ feature: rankedFeature(layer, feature, 0.5), dose: "mean x 1" });
const helpful = (layer: number, feature: number, effect: number) => ({
  ...at(layer, feature),
  differences: { effect: [effect], score: [effect], choice: [effect] },
});
const ids = (features: readonly RankedFeature[]) => features.map(({ layer, feature }) => `${layer}:${feature}`);
const has = (trial: readonly RankedFeature[], layer: number) => trial.some((feature) => feature.layer === layer);
const nativeLayerOf = ({ layer }: RankedFeature) => layer;
const options = { outcome: "score", seed: 1, nativeLayerOf } as const;

/** Right on this share of the questions, spread over them: 37 is prime to N. */
const rightBelow = (share: number) => (question: number) => Number((question * 37) % N < share * N);

describe("selection by effect", () => {
  it("keeps what helps, whatever its r, and not what does nothing or harms", async () => {
    const doses = [at(1, 0), at(2, 0), at(3, 0)];
    const { questions } = questionsAnswered(N, (trial, question) =>
      rightBelow(has(trial, 2) ? 0.8 : has(trial, 3) ? 0.2 : 0.5)(question),
    );
    const { features, record } = await selectCausal(doses, questions, options);
    expect(ids(features)).toEqual(["2:0"]);
    expect(record.candidates.map(({ layer, effect, adjustedP }) => [layer, effect, adjustedP])).toEqual([
      [1, expect.closeTo(0, 10), null],
      [2, expect.closeTo(20 / 64, 10), expect.closeTo(3 * 2 ** -20, 10)],
      [3, expect.any(Number), null],
    ]);
    expect(record.joint).toMatchObject({ effect: 20 / 64, scoreDifference: 20 / 64 });
    expect(record.cost.answers).toBe(record.cost.decodedTokens);
  });

  it("keeps nothing when nothing helps", async () => {
    const { questions } = questionsAnswered(N, (_, question) => question % 2);
    const { features, record } = await selectCausal([at(1, 0), at(2, 0)], questions, options);
    expect([features, record.joint, record.steps]).toEqual([[], null, []]);
  });

  it("does without candidates", async () => {
    const { questions } = questionsAnswered(N, () => 1);
    const { features, record } = await selectCausal([], questions, options);
    expect([features, record.candidates, record.cost.answers]).toEqual([[], [], 0]);
  });

  it("compares margins where that is asked, but not at the price of the score", async () => {
    const doses = [at(1, 0), at(2, 0)];
    const { questions } = questionsAnswered(
      N,
      (trial, question) => rightBelow(has(trial, 2) ? 0.3 : 0.5)(question),
      (trial, question) => (trial.length === 0 ? -0.1 : 1 + (question % 7) / 7),
    );
    const { features, record } = await selectCausal(doses, questions, { ...options, outcome: "margin" });
    expect(ids(features)).toEqual(["1:0"]);
    expect(record.candidates[1]!.adjustedP).toBeLessThan(0.05);
    expect(record.candidates[1]!.scoreDifference).toBeLessThan(0);
    expect(record.candidates.map(({ helps }) => helps)).toEqual([true, false]);
  });
});

describe("the test of a rise", () => {
  const answers = (margins: number[]) => ({ scores: margins.map(() => 0), margins });
  const p = (differences: Differences, outcome: OutcomeName) =>
    riseTest(differences, outcome, { seed: 1, level: 0.05 });
  const often = (margins: number[]) => Array.from({ length: 8 }, () => margins).flat();

  it("finds no margin that rises because a model that is mostly wrong gets less sure", () => {
    const flatter = differencesOf(answers([1, -1, -1, -1]), answers([4, -4, -4, -4]), "margin");
    expect(flatter.effect).toEqual([-3, 3, 3, 3]);
    expect(p(flatter, "margin")).toBe(1);
    const flatterOften = differencesOf(answers(often([1, -1, -1, -1])), answers(often([4, -4, -4, -4])), "margin");
    expect(p(flatterOften, "margin")).toBe(1);
    const oneBetter = differencesOf(
      answers([...often([1, -1, -1]), 1]),
      answers([...often([4, -4, -4]), -4]),
      "margin",
    );
    expect(p(oneBetter, "margin")).toBe(0.5);
  });

  it("asks of a margin that the gold choice is the likeliest more often, and of that alone no margin", () => {
    const better = differencesOf(answers(often([4, 1, -4, -4])), answers(often([4, -4, -4, -4])), "margin");
    expect(p(better, "margin")).toBeCloseTo(2 ** -8, 12);
    const [after, before] = [answers(often([1, 1])), answers(often([9, -4]))]; // less sure where it was right
    expect(p(differencesOf(after, before, "margin"), "margin")).toBeGreaterThan(0.5);
    expect(p(differencesOf(after, before, "choice"), "choice")).toBeCloseTo(2 ** -8, 12);
  });

  it("compares whether the gold choice is the likeliest where that is asked", () => {
    expect(differencesOf(answers([2, -1, 1]), answers([-1, 2, 3]), "choice").effect).toEqual([1, -1, 0]);
  });
});

describe("joining greedily", () => {
  it("adds a layer whose gain adds up, not one that gains the same questions again", async () => {
    const { questions } = questionsAnswered(N, (trial, question) =>
      Number(question < 16 || (question < 40 && (has(trial, 1) || has(trial, 2))) || (question >= 40 && has(trial, 3))),
    );
    const { features, steps, differences } = await joinGreedily(
      [helpful(2, 0, 0.3), helpful(1, 0, 0.37), helpful(3, 0, 0.36)],
      questions,
      options,
    );
    expect(ids(features)).toEqual(["1:0", "3:0"]);
    expect(steps.map(({ layer, kept, effect }) => [layer, kept, effect])).toEqual([
      [3, true, 24 / 64],
      [2, false, 0],
    ]);
    expect(differences!.effect.reduce((sum, value) => sum + value, 0)).toBe(48);
  });

  it("ends when nothing adds to what is kept, and needs no model for one layer", async () => {
    const { questions, asked } = questionsAnswered(N, (trial) => Number(trial.length > 0));
    const layers = [helpful(1, 0, 0.5), helpful(2, 0, 0.4), helpful(3, 0, 0.3)];
    expect(ids((await joinGreedily(layers, questions, options)).features)).toEqual(["1:0"]);
    expect(asked).toHaveLength(1);
    await joinGreedily([helpful(1, 0, 0.5), helpful(1, 1, 0.4)], questions, options);
    expect(asked).toHaveLength(1);
  });

  it("tries no more on top of what is kept than it has answers for, and says where it has none", async () => {
    const layers = [helpful(1, 0, 0.5), helpful(2, 0, 0.4), helpful(3, 0, 0.3)];
    const { questions, asked } = questionsAnswered(N, (trial, question) => Number(question < 10 * trial.length));
    const joined = (left: number) => {
      const budget = questions.cost().answers + left;
      return joinGreedily(layers, questions, { ...options, answersLeft: () => budget - questions.cost().answers });
    };
    expect(await joined(3 * N - 1)).toMatchObject({ steps: [], ranOut: true });
    expect(asked).toEqual([]);
    expect(await joined(3 * N)).toMatchObject({ steps: [{ layer: 2, tried: 1, kept: true }], ranOut: true });
    expect(await joined(4 * N + 3 * N)).toMatchObject({ steps: [{ tried: 2 }, { layer: 3 }], ranOut: false });
  });

  it("tries at most four doses of a layer on top of what is kept, and adds the best", async () => {
    const { questions, asked } = questionsAnswered(N, (trial, question) => {
      const added = trial.find(({ layer }) => layer === 2)?.feature ?? 0;
      return Number(question < 10 * trial.length + 2 * added);
    });
    const doses = [0.19, 0.18, 0.17, 0.16, 0.15].map((effect, i) => helpful(2, i, effect));
    const { features } = await joinGreedily([helpful(1, 0, 0.2), ...doses], questions, options);
    expect(asked[0]!.map(ids)).toEqual([[], ["1:0"], ...[0, 1, 2, 3].map((i) => ["1:0", `2:${i}`])]);
    expect(ids(features)).toEqual(["1:0", "2:3"]);
  });
});
