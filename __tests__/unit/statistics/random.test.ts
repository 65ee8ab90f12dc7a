import { seededRandom } from "../../../lib/statistics/random";

const draws = (seed: number, n: number, limit: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => random(limit));
};

describe("seeded random numbers", () => {
  it("are the same for a seed, whole, and below the limit", () => {
    expect(draws(7, 100, 10)).toEqual(draws(7, 100, 10));
    expect(draws(7, 100, 10)).not.toEqual(draws(8, 100, 10));
    for (const number of draws(1, 1000, 7)) expect([0, 1, 2, 3, 4, 5, 6]).toContain(number);
    expect(Math.max(...draws(2, 1000, 2 ** 32))).toBeGreaterThan(2 ** 31);
  });

  it.each([0, 1, -1, 42])("are even for seed %i, alone and in pairs", (seed) => {
    const numbers = draws(seed, 64_000, 8);
    const chiSquared = (cells: readonly number[], nCells: number) => {
      const counts = new Array<number>(nCells).fill(0);
      for (const cell of cells) counts[cell]! += 1;
      const expected = cells.length / nCells;
      return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    };
    expect(chiSquared(numbers, 8)).toBeLessThan(29.9); // 7 degrees of freedom, p = 1e-4
    const pairs = numbers.slice(1).map((number, i) => 8 * numbers[i]! + number);
    expect(chiSquared(pairs, 64)).toBeLessThan(116); // 63 degrees of freedom, p = 5e-5
  });
});
