import fc from "fast-check";
import { bootstrapInterval } from "../../lib/statistics/bootstrap";
import { holm } from "../../lib/statistics/holm";
import { midPMcNemar, pairedCounts, pairedDifferenceInterval, wilsonInterval } from "../../lib/statistics/paired";
import { pairedPermutation } from "../../lib/statistics/paired-permutation";

const seed = fc.nat();
/** Multiples of 1/8: sums of them are exact, and many are tied. */
const difference = fc.integer({ min: -8, max: 8 }).map((x) => x / 8);
const few = fc.array(difference, { maxLength: 10 });
const many = fc.array(difference, { minLength: 1, maxLength: 40 });
/** The same values in another order. */
const shuffled = <T>(values: readonly T[]) => fc.shuffledSubarray([...values], { minLength: values.length });

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe("the paired permutation test", () => {
  it("of few differences counts every change of signs", () => {
    fc.assert(
      fc.property(few, seed, (differences, seed) => {
        let extreme = 0;
        for (let signs = 0; signs < 2 ** differences.length; signs++) {
          const flipped = differences.map((x, i) => ((signs >> i) & 1 ? x : -x));
          if (Math.abs(sum(flipped)) >= Math.abs(sum(differences))) extreme += 1;
        }
        expect(pairedPermutation(differences, seed)).toBe(extreme / 2 ** differences.length);
      }),
    );
  });

  it("is McNemar's exact test where answers are right or wrong", () => {
    fc.assert(
      fc.property(fc.nat({ max: 8 }), fc.nat({ max: 8 }), fc.nat({ max: 20 }), (better, worse, ties) => {
        const differences = [...repeat(better, 1), ...repeat(worse, -1), ...repeat(ties, 0)];
        const m = better + worse;
        const tail = sum(Array.from({ length: Math.min(better, worse) + 1 }, (_, k) => binomial(m, k))) / 2 ** m;
        expect(pairedPermutation(differences, 1)).toBeCloseTo(Math.min(1, 2 * tail), 12);
      }),
    );
  });

  it("knows neither the order of samples, nor which arm came first, nor the unit of the score, nor ties", () => {
    const cases = many.chain((differences) =>
      fc.record({ differences: fc.constant(differences), other: shuffled(differences) }),
    );
    fc.assert(
      fc.property(cases, seed, ({ differences, other }, seed) => {
        const p = pairedPermutation(differences, seed);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(pairedPermutation(other, seed)).toBe(p);
        expect(
          pairedPermutation(
            differences.map((x) => 0 - x),
            seed,
          ),
        ).toBe(p);
        expect(
          pairedPermutation(
            differences.map((x) => x / 4),
            seed,
          ),
        ).toBe(p);
        expect(pairedPermutation([...differences, 0, 0], seed)).toBe(p);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the mid-p McNemar test", () => {
  const counts = fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 }));

  it("is the probability of a split as uneven, the one there is by half", () => {
    fc.assert(
      fc.property(counts, ([better, worse]) => {
        const m = better + worse;
        const k = Math.min(better, worse);
        const below = sum(Array.from({ length: k }, (_, i) => binomial(m, i)));
        const p = better === worse ? 1 : (2 * below + binomial(m, k)) / 2 ** m;
        expect(midPMcNemar({ n: m, better, worse }) / p).toBeCloseTo(1, 9);
        expect(midPMcNemar({ n: m, better: worse, worse: better })).toBe(midPMcNemar({ n: m, better, worse }));
      }),
    );
  });

  it("falls as one of the counts grows away from the other", () => {
    fc.assert(
      fc.property(counts, ([a, b]) => {
        const [better, worse] = [Math.max(a, b), Math.min(a, b)];
        const p = midPMcNemar({ n: 200, better, worse });
        expect(midPMcNemar({ n: 200, better: better + 1, worse })).toBeLessThan(p);
      }),
    );
  });

  it("counts what changed, whatever the order of the samples", () => {
    const answers = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 30 });
    const both = answers.chain((list) => fc.tuple(fc.constant(list), shuffled(list)));
    const countsOf = (list: readonly (readonly [boolean, boolean])[]) =>
      pairedCounts(
        list.map(([before]) => before),
        list.map(([, after]) => after),
      );
    fc.assert(
      fc.property(both, ([list, other]) => {
        const counts = countsOf(list);
        expect(countsOf(other)).toEqual(counts);
        const gain = sum(list.map(([before, after]) => Number(after) - Number(before)));
        expect(counts.better - counts.worse).toBe(gain);
      }),
    );
  });
});

describe("intervals", () => {
  it("of a proportion and of a paired difference are inside the possible, hold the estimate, and turn with the arms", () => {
    const counts = fc
      .tuple(fc.nat({ max: 50 }), fc.nat({ max: 50 }), fc.nat({ max: 50 }))
      .map(([better, worse, ties]) => ({ n: better + worse + ties, better, worse }));
    fc.assert(
      fc.property(counts, (counts) => {
        const { n, better, worse } = counts;
        const [low, high] = wilsonInterval(better, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        if (n > 0) expect(low <= better / n && better / n <= high).toBe(true);
        const interval = pairedDifferenceInterval(counts);
        expect(Math.min(...interval)).toBeGreaterThanOrEqual(-1);
        expect(Math.max(...interval)).toBeLessThanOrEqual(1);
        const turned = pairedDifferenceInterval({ n, better: worse, worse: better });
        expect(interval[0]).toBeCloseTo(-turned[1], 12);
        expect(interval[1]).toBeCloseTo(-turned[0], 12);
      }),
    );
  });

  it("by bootstrap lie within the values, and know neither the order of samples nor the unit of the score", () => {
    const cases = many.chain((values) => fc.tuple(fc.constant(values), shuffled(values)));
    fc.assert(
      fc.property(cases, seed, ([values, other], seed) => {
        const interval = bootstrapInterval(values, seed);
        const [low, high] = interval;
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        expect(bootstrapInterval(other, seed)).toEqual(interval);
        // A power of two and an eighth: no rounding, so that tied resamples stay tied.
        const mapped = bootstrapInterval(
          values.map((x) => 4 * x + 8),
          seed,
        );
        mapped.forEach((bound, i) => {
          expect(bound).toBeCloseTo(4 * interval[i]! + 8, 6);
        });
      }),
      { numRuns: 30 },
    );
  });
});

describe("Holm's adjustment", () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

  it("rejects exactly what the step-down rule rejects, at every level", () => {
    fc.assert(
      fc.property(pValues, fc.double({ min: 0.001, max: 0.999, noNaN: true }), (p, alpha) => {
        const ascending = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
        const kept = ascending.findIndex((i, step) => (p.length - step) * p[i]! > alpha);
        const rejected = new Set(kept < 0 ? ascending : ascending.slice(0, kept));
        holm(p).forEach((adjusted, i) => {
          expect(adjusted <= alpha).toBe(rejected.has(i));
        });
      }),
    );
  });

  it("is between p and Bonferroni's, orders as p does, and moves with its test", () => {
    const both = pValues.chain((p) => fc.tuple(fc.constant(p), shuffled([...p.keys()])));
    fc.assert(
      fc.property(both, ([p, order]) => {
        const adjusted = holm(p);
        adjusted.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(p[i]!);
          expect(value).toBeLessThanOrEqual(Math.min(1, p.length * p[i]!));
          adjusted.forEach((other, k) => {
            if (p[i]! <= p[k]!) expect(value).toBeLessThanOrEqual(other);
          });
        });
        expect(holm(order.map((i) => p[i]!))).toEqual(order.map((i) => adjusted[i]));
      }),
    );
  });
});

function repeat(n: number, value: number): number[] {
  return Array.from({ length: n }, () => value);
}

/** "n choose k": exact as far as doubles are. */
function binomial(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product = (product * (n - k + i)) / i;
  return product;
}
