import { detectableGain } from "../../../lib/statistics/detectable";

describe("the gain that a paired test finds in 80 %", () => {
  it("is the one for which Connor's formula asks for so many pairs", () => {
    const [a, b] = [1.959963984540054, 0.8416212335729143]; // scipy.stats.norm.ppf of 0.975 and 0.8
    for (const [n, churn] of [
      [100, 0.3],
      [400, 0.1],
      [4000, 0.02],
    ] as const) {
      const gain = detectableGain(n, churn, 0.05);
      expect((a * Math.sqrt(churn) + b * Math.sqrt(churn - gain ** 2)) ** 2 / gain ** 2).toBeCloseTo(n, 4);
    }
  });

  it("is larger at a stricter level, and no more than what has to change for it", () => {
    expect(detectableGain(400, 0.1, 0.01)).toBeGreaterThan(detectableGain(400, 0.1, 0.05));
    const unchanged = detectableGain(400, 0, 0.05);
    expect(unchanged).toBeGreaterThan(5 / 400); // so many better, none worse: mid-p 0.031
    expect(unchanged).toBeLessThan(9 / 400);
    expect(detectableGain(400, unchanged / 2, 0.05)).toBe(unchanged);
    expect(detectableGain(2, 1, 0.05)).toBe(1);
  });
});
