import { falseDiscoveryRate } from "../../../lib/statistics/false-discovery";
import { survives } from "../../../lib/rank/ranking";
import { judge, NullDistribution, strengthOf } from "../../../lib/rank/significance";
import { rankedFeature, rankingOf } from "../../support/ranking";
import { saeId } from "../../support/sae-id";

describe("the null distribution", () => {
  it("gives p = (1 + permutations at least as strong) / (1 + permutations), ties counted against the feature", () => {
    const distribution = new NullDistribution(Float64Array.from([0.1, 0.3, 0.2]));
    expect([0.05, 0.1, 0.25, 0.3, 0.31].map((strength) => distribution.p(strength))).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  it("has a threshold beyond which, and only beyond which, p is at most 0.05", () => {
    for (const permutations of [19, 20, 39, 100, 1000]) {
      const best = Float64Array.from({ length: permutations }, (_, b) => ((b * 7919) % permutations) / permutations);
      const distribution = new NullDistribution(best);
      expect(distribution.p(distribution.threshold)).toBeGreaterThan(0.05);
      expect(distribution.p(distribution.threshold + 1e-6)).toBeLessThanOrEqual(0.05);
    }
  });

  it("leaves undecided what is near the threshold", () => {
    const best = Float64Array.from({ length: 1000 }, (_, b) => b / 1000);
    const distribution = new NullDistribution(best);
    const strengths = [0.99, 0.975, 0.951, 0.949, 0.925, 0.9];
    expect(strengths.map((strength) => distribution.nUndecided(Float64Array.of(strength), 1))).toEqual([
      0, 0, 1, 1, 0, 0,
    ]);
    expect(distribution.nUndecided(Float64Array.from(strengths), 1)).toBe(2);
    const small = new NullDistribution(best.filter((_, b) => b % 10 === 0));
    expect(small.nUndecided(Float64Array.from(strengths), 1)).toBe(6);
  });

  it("of all layers is the strongest of any, permutation by permutation", () => {
    const all = NullDistribution.ofAll([Float64Array.from([0.1, 0.4]), Float64Array.from([0.3, 0.2])]);
    expect(all.p(0.3)).toBe(1);
    expect(all.p(0.35)).toBe(2 / 3);
  });

  it("knows the sign that is looked for", () => {
    expect([strengthOf(-0.3, "positive"), strengthOf(-0.3, "negative"), strengthOf(-0.3, "both")]).toEqual([
      -0.3, 0.3, 0.3,
    ]);
  });
});

describe("judge", () => {
  const best = (...strong: number[]) => Float64Array.from({ length: 99 }, (_, b) => strong[b] ?? 0.1);
  const tested = (r: number, strong: number) => ({
    strengths: Float64Array.of(r),
    best: best(strong),
    p: Float64Array.of(0.001),
  });
  const ranked = (layer: number, r: number) => ({
    ...{ sae: saeId(layer), layer, nActiveFeatures: 1, nCandidates: 1 },
    features: [{ ...rankedFeature(layer, 7, r), p: 0.001 }],
  });

  it("counts a layer's survivors by what all layers together give", () => {
    const { layers, null: permuted } = judge(
      [
        { ranked: ranked(1, 0.5), tested: tested(0.5, 0.3) },
        { ranked: ranked(2, 0.05), tested: tested(0.05, 0.6) },
      ],
      { seed: 3, looks: [99] },
    );
    expect(layers.map(({ features: [first] }) => [first!.layerP, first!.familyWiseP])).toEqual([
      [0.01, 0.02],
      [1, 1],
    ]);
    expect(permuted).toMatchObject({ permutations: 99, seed: 3, alpha: 0.05 });
    expect(permuted!.layers).toMatchObject([
      { layer: 1, nSurvivors: 1, bestInsideNull: false },
      { layer: 2, nSurvivors: 0, bestInsideNull: true },
    ]);
    const ranking = { ...rankingOf([]), null: permuted };
    expect(layers.map(({ features: [first] }) => survives(first!, ranking))).toEqual([true, false]);
    expect(survives(layers[0]!.features[0]!, ranking, 0.01)).toBe(false);
  });

  it("says nothing without permutations", () => {
    const { layers, null: permuted } = judge([{ ranked: ranked(1, 0.5), tested: undefined }], {
      seed: 3,
      looks: [],
    });
    expect(permuted).toBeNull();
    expect(survives(layers[0]!.features[0]!, rankingOf([]))).toBeNull();
  });
});

describe("false-discovery rate", () => {
  it("is Benjamini and Yekutieli's: p m (1 + 1/2 + ... + 1/m) / rank, made monotone", () => {
    const q = falseDiscoveryRate(Float64Array.of(0.03, 0.001, 0.02, 0.9));
    const factor = 4 * (1 + 1 / 2 + 1 / 3 + 1 / 4);
    expect(q(0.001)).toBeCloseTo(0.001 * factor, 12);
    expect(q(0.02)).toBeCloseTo((0.03 * factor) / 3, 12); // 0.02 / 2 is more than 0.03 / 3
    expect(q(0.03)).toBeCloseTo((0.03 * factor) / 3, 12);
    expect(q(0.9)).toBe(1);
  });
});
