import { openCounts } from "../../../lib/statistics/monte-carlo";

/** P(X <= k), X binomial(n, share), term by term as products. */
function atMost(k: number, n: number, share: number): number {
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    let term = (1 - share) ** (n - i);
    for (let j = 1; j <= i; j++) term *= (share * (n - j + 1)) / j;
    sum += term;
  }
  return sum;
}

describe("counts that leave a probability open", () => {
  it.each([
    [99, 1],
    [1000, 1],
    [1000, 4],
    [4000, 4],
  ])("of %p draws, looked at %p times, end where half of the look's risk does", (n, nLooks) => {
    const { above, below } = openCounts(n, 0.05, nLooks);
    const risk = 1e-3 / 2 / nLooks;
    expect(atMost(above, n, 0.05)).toBeLessThanOrEqual(risk);
    expect(atMost(above + 1, n, 0.05)).toBeGreaterThan(risk);
    expect(1 - atMost(below - 1, n, 0.05)).toBeLessThanOrEqual(risk);
    expect(1 - atMost(below - 2, n, 0.05)).toBeGreaterThan(risk);
  });

  it("are few of many draws: 3.7 deviations on either side", () => {
    const { above, below } = openCounts(100_000, 0.05, 4);
    const deviation = Math.sqrt(100_000 * 0.05 * 0.95);
    expect((5000 - above) / deviation).toBeCloseTo(3.66, 1);
    expect((below - 5000) / deviation).toBeCloseTo(3.66, 1);
  });

  it("are all that would be at most the level where draws are too few", () => {
    expect(openCounts(19, 0.05, 1).above).toBe(-1);
  });
});
