import { dosesWithin, screeningAnswers } from "../../../lib/select/budget";
import { lookAheadOfCausal } from "../../../lib/select/causal-ahead";
import { rankedFeature } from "../../support/ranking";

const nativeLayerOf = ({ layer }: { readonly layer: number }) => layer;
/** A feature at two doses. */
const doses = (layer: number, feature: number, r: number) =>
  ["mean x 1", "mean x 2"].map((dose) => ({ feature: rankedFeature(layer, feature, r), dose }));
const layers = [
  [doses(1, 7, 0.3), doses(1, 8, 0.2)],
  [doses(2, 5, 0.4), doses(2, 6, 0.35)],
];
const tried = (budget: number, n = 10) =>
  dosesWithin(budget, layers, n).map(({ feature: { layer, feature }, dose }) => `${layer}:${feature} ${dose.at(-1)}`);

describe("a budget of answers", () => {
  it("has room for all where there is none", () => {
    expect(tried(Infinity)).toHaveLength(8);
    expect(tried(screeningAnswers(8, 10))).toHaveLength(8);
  });

  it("takes the best of each layer first, the stronger one of these before, and keeps the order of layers", () => {
    expect(tried(screeningAnswers(2, 10))).toEqual(["2:5 1", "2:5 2"]);
    expect(tried(screeningAnswers(4, 10))).toEqual(["1:7 1", "1:7 2", "2:5 1", "2:5 2"]);
    expect(tried(screeningAnswers(6, 10))).toEqual(["1:7 1", "1:7 2", "2:5 1", "2:5 2", "2:6 1", "2:6 2"]);
  });

  it("takes no feature at some of its doses", () => {
    expect(tried(screeningAnswers(5, 10))).toEqual(tried(screeningAnswers(4, 10)));
    expect(tried(screeningAnswers(2, 10) - 1)).toEqual([]);
  });
});

describe("what selection by effect takes", () => {
  const ahead = (budget: number) => lookAheadOfCausal(layers.flat(2), 3, 10, { budget, nativeLayerOf });

  it("is all candidates on all questions, no steering, and a step of joining for each further layer", () => {
    expect(ahead(Infinity)).toEqual({ nCandidates: 8, nLeftOut: 3, nQuestions: 10, mostAnswers: 90 + (2 + 4) * 10 });
  });

  it("is no more than the budget, and nothing without candidates", () => {
    expect(ahead(100).mostAnswers).toBe(100);
    expect(lookAheadOfCausal([], 0, 10, { budget: 100, nativeLayerOf }).mostAnswers).toBe(0);
  });
});
