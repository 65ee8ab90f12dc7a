import { selectAll } from "../../../lib/select/all";
import { selectPruned, type ValidationArm } from "../../../lib/select/pruned";
import { selectSingle } from "../../../lib/select/single";
import { rankedFeature, rankingOf } from "../../support/ranking";

const ranking = rankingOf([
  rankedFeature(1, 7, 0.4),
  rankedFeature(1, 3, 0.3),
  rankedFeature(2, 9, 0.6),
  rankedFeature(2, 1, 0.5),
]);
const empty = rankingOf([]);
const features = (selection: { features: readonly { layer: number; feature: number }[] }) =>
  selection.features.map(({ layer, feature }) => [layer, feature]);

describe("selection", () => {
  it("S takes the best feature of all layers", () => {
    expect(features(selectSingle(ranking))).toEqual([[2, 9]]);
  });

  it("S takes the lower layer of equals, and the larger magnitude whatever its sign", () => {
    expect(features(selectSingle(rankingOf([rankedFeature(1, 4, 0.5), rankedFeature(2, 3, 0.5)])))).toEqual([[1, 4]]);
    expect(features(selectSingle(rankingOf([rankedFeature(1, 4, 0.5), rankedFeature(2, 3, -0.6)])))).toEqual([[2, 3]]);
  });

  it("A takes the best of each layer and passes over a layer without one", () => {
    expect(features(selectAll(ranking))).toEqual([
      [1, 7],
      [2, 9],
    ]);
    expect(features(selectAll(rankingOf([rankedFeature(2, 9, 0.6)])))).toEqual([[2, 9]]);
  });

  it("P keeps a layer that is strictly better alone than the baseline, and drops one that ties", async () => {
    const measured: (readonly ValidationArm[])[] = [];
    const selection = await selectPruned(ranking, (arms) => {
      measured.push(arms);
      return Promise.resolve({ n: 20, accuracies: [0.5, 0.5, 0.55] });
    });
    expect(measured.map((arms) => arms.map((arm) => features(arm)))).toEqual([[[], [[1, 7]], [[2, 9]]]]);
    expect(features(selection)).toEqual([[2, 9]]);
    expect(selection.validation).toEqual({
      n: 20,
      baselineScore: 0.5,
      layers: [
        { layer: 1, features: [7], score: 0.5, pValue: null, adjustedP: null, kept: false },
        { layer: 2, features: [9], score: 0.55, pValue: null, adjustedP: null, kept: true },
      ],
    });
  });

  it("P may keep nothing", async () => {
    const selection = await selectPruned(ranking, () => Promise.resolve({ n: 20, accuracies: [0.5, 0.4, 0.5] }));
    expect(selection.features).toEqual([]);
  });

  it("all variants say so when there is no candidate", async () => {
    const degenerate = expect.objectContaining({ code: "ERR_DEGENERATE" });
    expect(() => selectSingle(empty)).toThrow(degenerate);
    expect(() => selectAll(empty)).toThrow(degenerate);
    await expect(selectPruned(empty, () => Promise.resolve({ n: 0, accuracies: [] }))).rejects.toThrow(degenerate);
  });
});
