import { selectAll } from "../../../lib/select/all";
import { candidatesOf } from "../../../lib/select/candidates";
import { selectPruned, selectPrunedByTest } from "../../../lib/select/pruned";
import { selectSingle } from "../../../lib/select/single";
import type { RankedFeature } from "../../../lib/rank/ranking";
import { rankedFeature, rankingOf } from "../../support/ranking";
import { questionsAnswered } from "../../support/validation";

const candidates = (features: readonly RankedFeature[], most = 1) =>
  candidatesOf(rankingOf(features), { significance: "none", most });
const of4 = [
  rankedFeature(1, 7, 0.4),
  rankedFeature(1, 3, 0.3),
  rankedFeature(2, 9, 0.6),
  rankedFeature(2, 1, 0.5),
] as const;
const ids = (features: readonly RankedFeature[]) => features.map(({ layer, feature }) => [layer, feature]);
const nothing = { layers: [], dropped: [] };

describe("S", () => {
  it("takes the best feature of all layers", () => {
    expect(ids(selectSingle(candidates(of4)))).toEqual([[2, 9]]);
  });

  it("takes the lower layer of equals, and the larger magnitude whatever its sign", () => {
    const tie = [rankedFeature(1, 4, 0.5), rankedFeature(2, 3, 0.5)];
    expect(ids(selectSingle(candidates(tie)))).toEqual([[1, 4]]);
    const opposite = [rankedFeature(1, 4, 0.5), rankedFeature(2, 3, -0.6)];
    const given = tie.map((feature) => ({ ...feature, partialR: feature.layer / 10 }));
    expect(ids(selectSingle(candidates(given)))).toEqual([[2, 3]]);
    expect(ids(selectSingle(candidates(opposite)))).toEqual([[2, 3]]);
  });

  it("takes the best layer's features where several of a layer are wanted", () => {
    expect(ids(selectSingle(candidates(of4, 2)))).toEqual([
      [2, 9],
      [2, 1],
    ]);
  });
});

describe("A", () => {
  it("takes the best of each layer and passes over a layer without one", () => {
    expect(ids(selectAll(candidates(of4)))).toEqual([
      [1, 7],
      [2, 9],
    ]);
    expect(ids(selectAll(candidates([rankedFeature(2, 9, 0.6)])))).toEqual([[2, 9]]);
  });
});

/** 20 questions of which the first `right` are right: 10 without steering, 10 with layer 1, 11 with layer 2. */
const almost = () => questionsAnswered(20, ([first], question) => Number(question < (first?.layer === 2 ? 11 : 10)));

describe("P", () => {
  it("keeps a layer that is strictly better alone than the baseline, and drops one that ties", async () => {
    const { questions, asked } = almost();
    const { features, validation } = await selectPruned(candidates(of4), questions);
    expect(asked.map((trials) => trials.map(ids))).toEqual([[[], [[1, 7]], [[2, 9]]]]);
    expect(ids(features)).toEqual([[2, 9]]);
    expect(validation).toEqual({
      n: 20,
      baselineScore: 0.5,
      layers: [
        { layer: 1, features: [7], score: 0.5, pValue: null, adjustedP: null, kept: false },
        { layer: 2, features: [9], score: 0.55, pValue: null, adjustedP: null, kept: true },
      ],
    });
  });

  it("does not take the rounding of graded scores for an improvement", async () => {
    const scores = [
      [0.1, 0.2, 0.3],
      [0.3, 0.2, 0.1],
    ];
    const { questions } = questionsAnswered(3, (trial, question) => scores[trial.length]![question]!);
    expect((await selectPruned(candidates([of4[0]]), questions)).features).toEqual([]);
  });

  it("may keep nothing", async () => {
    const { questions } = questionsAnswered(20, (trial) => (trial.length === 0 ? 0.5 : 0.4));
    expect((await selectPruned(candidates(of4), questions)).features).toEqual([]);
  });
});

describe("P+", () => {
  it("drops a layer whose improvement chance explains, which P keeps", async () => {
    const { features, validation } = await selectPrunedByTest(candidates(of4), almost().questions, 1);
    expect(features).toEqual([]);
    // Layer 2 answers one question better and none worse: mid-p 1/4, times two layers.
    expect(validation.layers).toMatchObject([
      { layer: 1, pValue: 1, adjustedP: 1, kept: false },
      { layer: 2, pValue: 0.25, adjustedP: 0.5, kept: false },
    ]);
  });

  it("keeps a layer that is better beyond chance after Holm's adjustment", async () => {
    const { questions } = questionsAnswered(20, ([first], question) =>
      Number(question < (first?.layer === 2 ? 16 : first?.layer === 1 ? 14 : 10)),
    );
    const { features, validation } = await selectPrunedByTest(candidates(of4), questions, 1);
    expect(ids(features)).toEqual([
      [1, 7],
      [2, 9],
    ]);
    expect(validation.layers).toMatchObject([
      { layer: 1, pValue: expect.closeTo(1 / 32, 10), adjustedP: expect.closeTo(1 / 32, 10) },
      { layer: 2, pValue: expect.closeTo(1 / 128, 10), adjustedP: expect.closeTo(1 / 64, 10) },
    ]);
  });
});

test("without candidates every variant steers nothing", async () => {
  const { questions } = almost();
  expect(selectSingle(nothing)).toEqual([]);
  expect(selectAll(nothing)).toEqual([]);
  expect((await selectPruned(nothing, questions)).validation.layers).toEqual([]);
  expect((await selectPrunedByTest(nothing, questions, 1)).features).toEqual([]);
});
