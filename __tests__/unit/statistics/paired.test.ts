import { midPMcNemar, pairedCounts, pairedDifferenceInterval, wilsonInterval } from "../../../lib/statistics/paired";

const relative = (actual: number, expected: number) => Math.abs(actual - expected) / expected;

describe("paired comparison", () => {
  it("counts answers that became right and that became wrong", () => {
    expect(pairedCounts([true, true, false, false], [true, false, true, true])).toEqual({ n: 4, better: 2, worse: 1 });
  });

  // scipy 1.x: binomtest(k, n).proportion_ci(method="wilson")
  it.each([
    [0, 10, 0, 0.27753279986288926],
    [10, 10, 0.7224672001371109, 1],
    [713, 1000, 0.6841895829243533, 0.7401802179608],
    [55, 100, 0.45244602997442135, 0.6438546202048803],
  ])("has Wilson's interval for %i of %i", (correct, n, low, high) => {
    const interval = wilsonInterval(correct, n);
    expect(interval[0]).toBeCloseTo(low, 12);
    expect(interval[1]).toBeCloseTo(high, 12);
  });

  // 2 P(X < k) + P(X = k) in whole numbers: Python's fractions and math.comb
  it.each([
    [0, 5, 0.03125],
    [9, 1, 0.01171875],
    [12, 30, 0.005401572654591291],
    [9900, 10100, 0.1573078552564702],
    [9000, 11000, 1.7756476781540882e-45],
    [8000, 12000, 3.6634113991039434e-177],
  ])("has the mid-p of %i better and %i worse", (better, worse, p) => {
    expect(relative(midPMcNemar({ n: 40000, better, worse }), p)).toBeLessThan(1e-9);
    expect(midPMcNemar({ n: 40000, better: worse, worse: better })).toBe(midPMcNemar({ n: 40000, better, worse }));
  });

  it("has p = 1 where nothing speaks for either side", () => {
    expect(midPMcNemar({ n: 10, better: 0, worse: 0 })).toBe(1);
    expect(midPMcNemar({ n: 10, better: 3, worse: 3 })).toBe(1);
  });

  it("has Bonett and Price's interval: of 59 pairs 20 better and 1 worse gives 0.311 +- 0.133", () => {
    // b = 21/61, c = 2/61: difference 0.31148, half-width 1.95996 sqrt((23/61 - 0.31148^2) / 61) = 0.13281
    const counts = { n: 59, better: 20, worse: 1 };
    const [low, high] = pairedDifferenceInterval(counts);
    expect(low).toBeCloseTo(0.31148 - 0.13281, 4);
    expect(high).toBeCloseTo(0.31148 + 0.13281, 4);
  });

  it("keeps intervals within what is possible, without samples too", () => {
    expect(pairedDifferenceInterval({ n: 1, better: 1, worse: 0 })[1]).toBeLessThanOrEqual(1);
    expect(pairedDifferenceInterval({ n: 0, better: 0, worse: 0 })).toEqual([-1, 1]);
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });
});
