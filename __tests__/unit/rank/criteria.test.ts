import type { Column } from "../../../lib/statistics/column";
import { criterionOfSamples } from "../../../lib/rank/criteria";
import { publishedBin } from "../../../lib/statistics/mutual-information";
import type { Ranking } from "../../../lib/rank/ranking";

function column(dense: readonly number[]): Column {
  const samples = Uint32Array.from(dense.flatMap((value, i) => (value === 0 ? [] : [i])));
  return { samples, values: Float32Array.from(samples, (i) => dense[i]!) };
}

function criterion(score: Ranking["score"], dense: readonly number[], correct: readonly number[], r = 1): number {
  const outcomes = { correct: Uint8Array.from(correct), nCorrect: correct.filter(Boolean).length };
  return criterionOfSamples(score)!(column(dense), outcomes, r);
}

/** torch.bucketize(x, torch.tensor([10 ** (d + k / 4) for d in range(-6, 1) for k in (1, 2, 3)] + [1.0])), torch 2.x */
const TORCH_BINS = [
  [0, 0],
  [1e-6, 0],
  [2e-6, 1],
  [1e-3, 9],
  [0.5, 17],
  [0.9, 18],
  [1, 18],
  [1.5, 18],
  [1.8, 19],
  [3.2, 20],
  [5.6, 20],
  [5.63, 22],
  [60, 22],
] as const;

describe("mutual information", () => {
  it.each(TORCH_BINS)("puts %p into the bin that the published code does: %p", (value, bin) => {
    expect(publishedBin(value)).toBe(bin);
  });

  it.each(["mutual-information", "mutual-information-quantile"] as const)("is what the textbook says (%s)", (score) => {
    expect(criterion(score, [2, 2, 0, 0], [1, 1, 0, 0])).toBeCloseTo(Math.LN2, 14);
    expect(criterion(score, [2, 0, 2, 0], [1, 1, 0, 0])).toBeCloseTo(0, 14);
    // p(fires, right) = 2/4, p(silent, right) = 1/4, p(silent, wrong) = 1/4
    const expected = 0.5 * Math.log(4 / 3) + 0.25 * Math.log(2 / 3) + 0.25 * Math.log(2);
    expect(criterion(score, [2, 2, 0, 0], [1, 1, 1, 0])).toBeCloseTo(expected, 14);
  });

  it("does not tell 6 from 60 by the published bins, but does by quantiles", () => {
    const dense = [6, 6, 60, 60];
    expect(criterion("mutual-information", dense, [0, 0, 1, 1])).toBeCloseTo(0, 14);
    expect(criterion("mutual-information-quantile", dense, [0, 0, 1, 1])).toBeCloseTo(Math.LN2, 14);
  });
});

describe("Fisher ratio", () => {
  it("is mean square over correct samples by that over the others", () => {
    expect(criterion("fisher", [2, 1, 0, 3], [1, 1, 0, 0])).toBeCloseTo(5 / 9, 14);
  });

  it("is astronomic for a feature that fires on right answers only, as published", () => {
    expect(criterion("fisher", [1, 0, 0, 0], [1, 1, 0, 0])).toBeCloseTo(0.5 / 1e-12, -3);
  });
});

describe("AUROC", () => {
  it("counts ties half, silence included", () => {
    // pairs of right [3, 0] and wrong [1, 0, 0]: 3 > all (3), 0 < 1, 0 = 0 twice (1): 4 of 6
    expect(criterion("auroc", [3, 0, 1, 0, 0], [1, 1, 0, 0, 0])).toBeCloseTo(4 / 6, 14);
  });

  it("is of the smaller activation for a feature of negative r", () => {
    expect(criterion("auroc", [0, 0, 2, 2], [1, 1, 0, 0], -0.9)).toBe(1);
  });

  it("puts silence between coordinates of either sign", () => {
    expect(criterion("auroc", [-1, 0, 2, -3], [1, 1, 0, 0])).toBeCloseTo(2 / 4, 14);
  });
});
