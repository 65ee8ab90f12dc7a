import { bootstrapInterval } from "../../../lib/statistics/bootstrap";
import { holm } from "../../../lib/statistics/holm";
import { seededRandom } from "../../../lib/statistics/random";
import { pairedPermutation } from "../../../lib/statistics/paired-permutation";

/** Normal, mean 0.1 and standard deviation 0.35, rounded: NumPy's default_rng(3). */
// prettier-ignore
const SIXTY = [0.814, -0.794, 0.246, -0.099, -0.058, 0.025, -0.607, 0.019, -0.203, 1.263, 0.179, -0.023, 0.002, -0.134, -0.269, -0.037, 0.269, 0.017, 0.435, 0.03, 0.108, 0.641, 0.291, -0.077, 0.036, 0.289, 0.777, 0.006, 0.015, 0.451, -0.21, -0.002, 0.409, 0.303, 0.132, 0.335, -0.89, 0.457, -0.236, -0.484, 0.197, 0.345, -0.056, -0.277, 0.109, 0.082, 0.592, 0.362, 0.168, 0.489, 0.028, -0.224, 0.304, 0.304, 0.025, -0.174, 0.18, -0.773, 0.342, 0.272];

const times = (n: number, value: number) => Array.from({ length: n }, () => value);

describe("the paired permutation test", () => {
  // scipy 1.x: permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf)
  it.each([
    [[0.5, 0.25, -0.125, 1, 0.75], 0.125],
    [[0.3, -0.3], 1],
    [[0.2, 0.2, 0.2, -0.1, 0, 0, 0.4], 0.125],
    [[0.1, -0.2, 0.3, 0.05, 0.6, -0.15, 0.25, 0.35], 0.1484375],
  ])("is exact for few differences: %j", (differences, p) => {
    expect(pairedPermutation(differences, 1)).toBe(p);
  });

  it("is within its own error for many: scipy has 0.0548 from 200,000", () => {
    const error = Math.sqrt((0.0548 * 0.9452) / 10_000);
    for (const seed of [1, 2, 3]) expect(Math.abs(pairedPermutation(SIXTY, seed) - 0.0548)).toBeLessThan(4 * error);
  });

  it("has p = 1 for ties alone and for a single question, and never p = 0", () => {
    expect(pairedPermutation([0, 0, 0], 1)).toBe(1);
    expect(pairedPermutation([], 1)).toBe(1);
    expect(pairedPermutation([0.7], 1)).toBe(1);
    expect(pairedPermutation([0.7, 0.2], 1)).toBe(0.5);
    expect(pairedPermutation(times(200, 0.5), 1)).toBe(1 / 10_001);
  });

  it("does not lose a permutation to rounding", () => {
    expect(pairedPermutation([0.1, 0.2, 0.3], 1)).toBe(0.25); // 0.1 + 0.2 + 0.3 differs by the order of the sum
    expect(pairedPermutation([0.3, 0.2, 0.1], 1)).toBe(0.25);
  });
});

describe("the bootstrap interval", () => {
  // scipy: bootstrap((d,), np.mean, method="BCa", n_resamples=200000): what 2,000 resamples scatter around
  it.each([
    ["60 differences", SIXTY, -0.0001, 0.1895],
    ["12 better and 3 worse of 100", [...times(12, 1), ...times(3, -1), ...times(85, 0)], 0.02, 0.17],
    ["3 of 33, skewed: the percentile interval is 0 to 0.212", [...times(30, 0), ...times(3, 1)], 0.0303, 0.2424],
  ])("agrees with scipy's BCa on %s", (_, values, low, high) => {
    for (const seed of [1, 2, 3]) {
      const interval = bootstrapInterval(values, seed);
      // Means of whole numbers come in steps: one of them is a question of which resamples were drawn.
      const tolerance = Number.isInteger(values[0]) ? 1.01 / values.length : 0.04 * (high - low);
      expect(Math.abs(interval[0] - low)).toBeLessThan(tolerance);
      expect(Math.abs(interval[1] - high)).toBeLessThan(tolerance);
    }
  });

  it("is the value itself where there is no other, and finite for two values", () => {
    expect(bootstrapInterval([0.5], 1)).toEqual([0.5, 0.5]);
    expect(bootstrapInterval([0, 0, 0], 1)).toEqual([0, 0]);
    const [low, high] = bootstrapInterval([0, 1], 1);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
    expect(low).toBeLessThan(high);
  });

  it("is the same for the same seed only", () => {
    expect(bootstrapInterval(SIXTY, 5)).toEqual(bootstrapInterval(SIXTY, 5));
    expect(bootstrapInterval(SIXTY, 5)).not.toEqual(bootstrapInterval(SIXTY, 6));
  });

  it("covers the true mean about as often as it says", () => {
    // 300 samples of 40 answers, 30 % of them right. 90 %: four binomial standard errors below 95, BCa's lack at n = 40.
    const random = seededRandom(11);
    const covered = times(300, 0).filter((_, seed) => {
      const [low, high] = bootstrapInterval(
        Array.from({ length: 40 }, () => Number(random(10) < 3)),
        seed,
      );
      return low <= 0.3 && 0.3 <= high;
    });
    expect(covered.length / 300).toBeGreaterThan(0.9);
  });
});

describe("Holm's adjustment", () => {
  // statsmodels: multipletests(p, method="holm")
  it.each([
    [
      [0.01, 0.04, 0.03, 0.005],
      [0.03, 0.06, 0.06, 0.02],
    ],
    [
      [0.02, 0.02, 0.5],
      [0.06, 0.06, 0.5],
    ],
    [[0.3], [0.3]],
    [[], []],
    [
      [0.6, 0.9],
      [1, 1],
    ],
  ])("of %j is %j", (pValues, expected) => {
    const adjusted = holm(pValues);
    expect(adjusted).toHaveLength(expected.length);
    adjusted.forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i]!, 12);
    });
  });
});
