import { gainTest } from "../../../lib/statistics/gain-test";

const options = { seed: 1, level: 0.001 };

describe("the one-sided paired test", () => {
  it("is McNemar's exact one where all changes are alike: 9 better, 1 worse", () => {
    const differences = [...Array<number>(9).fill(1), -1, ...Array<number>(30).fill(0)];
    expect(gainTest(differences, options)).toBeCloseTo(11 / 1024, 12);
    expect(gainTest(differences, { ...options, midP: true })).toBeCloseTo(6 / 1024, 12);
  });

  it("does not depend on how large the changes are", () => {
    expect(gainTest([0.3, 0.3, 0.3, -0.3], options)).toBeCloseTo(5 / 16, 12);
  });

  it("is 1 where nothing changed, and near 1 where all fell", () => {
    expect(gainTest([0, 0, 0], options)).toBe(1);
    expect(gainTest([], options)).toBe(1);
    expect(gainTest(Array<number>(10).fill(-1), options)).toBe(1);
  });

  it("holds for thousands of changes", () => {
    const differences = [...Array<number>(2600).fill(1), ...Array<number>(2400).fill(-1)];
    // Normal approximation with continuity correction: z = 199 / sqrt(5000).
    expect(gainTest(differences, options)).toBeCloseTo(0.002444, 5);
  });

  it("throws signs of graded differences: 3 of the 16 sums of 1, 2, 3 and 4 with either sign are at least 6", () => {
    const p = Array.from({ length: 100 }, (_, seed) => gainTest([1, -2, 3, 4], { seed, level: 0.001 }));
    const mean = p.reduce((sum, value) => sum + value, 0) / p.length;
    // 50 / l, l negative binomial: relative standard deviation 1 / sqrt(50) each, and 2 % too high in the mean.
    expect(mean / (3 / 16)).toBeGreaterThan(0.96);
    expect(mean / (3 / 16)).toBeLessThan(1.08);
  });

  it("never gives less than the level it samples for can resolve, and the same again", () => {
    const strong = Array.from({ length: 60 }, (_, i) => 1 + i / 60);
    const p = gainTest(strong, options);
    expect(p).toBe(1 / 50_001);
    expect(gainTest(strong, options)).toBe(p);
  });
});
