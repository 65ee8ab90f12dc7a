import type { Groups } from "../../../lib/statistics/groups";
import { permutationMoments, powerSums, tailProbability } from "../../../lib/statistics/tail-probability";

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function unit(values: readonly number[]): Float64Array {
  const mean = sum(values) / values.length;
  const length = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)));
  return Float64Array.from(values, (value) => (value - mean) / length);
}

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]));
}

/** Less the mean of each group. */
function centered(values: readonly number[], of: readonly number[]): number[] {
  return values.map((value, i) => {
    const own = values.filter((_, j) => of[j] === of[i]);
    return value - sum(own) / own.length;
  });
}

function momentsOf(dense: readonly number[], scores: Float64Array, groups: Groups) {
  return permutationMoments(
    powerSums([...dense.keys()], dense, groups),
    powerSums([...scores.keys()], scores, groups),
    groups,
  );
}

describe("the moments of r under permutation", () => {
  const dense = [0, 1, 0, 5, 2, 0];

  it.each([
    ["over all", [0, 0, 0, 0, 0, 0]],
    ["within groups of four and two", [0, 0, 0, 0, 1, 1]],
    ["within groups of five and one", [0, 0, 1, 0, 0, 0]],
  ])("are those of all permutations, %s", (_, of) => {
    const groups = {
      of: Uint32Array.from(of),
      sizes: [0, 1].map((g) => of.filter((x) => x === g).length).filter(Boolean),
    };
    const z = unit(centered(dense, of));
    const scores = unit(centered([1, 0, 0.5, 1, 0, 0], of));
    const all = permutations([0, 1, 2, 3, 4, 5]).filter((p) => p.every((to, i) => of[to] === of[i]));
    const r = all.map((p) => sum(p.map((to, i) => z[i]! * scores[to]!)));
    const variance = sum(r.map((x) => x ** 2)) / r.length;
    const third = sum(r.map((x) => x ** 3)) / r.length;

    const moments = momentsOf(dense, scores, groups);
    expect(sum(r)).toBeCloseTo(0, 12);
    expect(moments.deviation).toBeCloseTo(Math.sqrt(variance), 12);
    expect(moments.skewness).toBeCloseTo(third / variance ** 1.5, 10);
  });
});

describe("tail probability", () => {
  const logFactorial = [0];
  for (let i = 1; i <= 1000; i++) logFactorial.push(logFactorial[i - 1]! + Math.log(i));
  const logChoose = (n: number, k: number) => logFactorial[n]! - logFactorial[k]! - logFactorial[n - k]!;

  /** A feature that fires k times with one value, of n samples with m right: r follows the hypergeometric distribution. */
  function ratios(n: number, m: number, k: number): number[] {
    const groups = { of: new Uint32Array(n), sizes: [n] };
    const scores = unit(Array.from({ length: n }, (_, i) => Number(i < m)));
    const moments = momentsOf(
      Array.from({ length: n }, (_, i) => Number(i < k)),
      scores,
      groups,
    );
    const hits = Array.from({ length: k + 1 }, (_, x) => x).filter((x) => x <= m && k - x <= n - m);
    const mass = (x: number) => Math.exp(logChoose(m, x) + logChoose(n - m, k - x) - logChoose(n, k));
    const distance = (x: number) => Math.abs(x - (k * m) / n);
    return hits.flatMap((x) => {
      const exact = sum(hits.filter((y) => distance(y) >= distance(x) - 1e-9).map(mass));
      const r = distance(x) / Math.sqrt(((k * (n - k)) / n) * ((m * (n - m)) / n));
      return exact < 1e-3 && exact > 1e-12 ? [tailProbability(r, moments) / exact] : [];
    });
  }

  it.each([
    [100, 34, 20],
    [100, 95, 10],
    [400, 20, 10],
    [400, 200, 40],
    [1000, 660, 200],
    [1000, 50, 40],
  ])("is never far below the exact one: %p samples, %p right, %p firing", (n, m, k) => {
    const found = ratios(n, m, k);
    expect(found.length).toBeGreaterThan(0);
    // The sum jumps and the approximation does not: half a jump is less than a factor of 2.
    for (const ratio of found) expect(ratio).toBeGreaterThan(0.5);
  });

  it("is 1 where no permutation changes anything", () => {
    expect(tailProbability(0.3, { deviation: 0, skewness: 0 })).toBe(1);
  });

  it("is the normal distribution's without skewness", () => {
    expect(tailProbability(1.959964, { deviation: 1, skewness: 0 })).toBeCloseTo(0.05, 6);
  });
});
