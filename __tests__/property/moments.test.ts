import fc from "fast-check";
import { Moments } from "../../lib/statistics/moments";
import { sparseRows } from "../support/rows";

/** Samples of 3 features, each silent half of the time, scored right or wrong with at least one of each. */
const samples = fc
  .array(fc.tuple(fc.array(activation(), { minLength: 3, maxLength: 3 }), fc.constantFrom(0, 0.5, 1)), {
    minLength: 2,
    maxLength: 40,
  })
  .filter((rows) => new Set(rows.map(([, score]) => score)).size > 1);

function activation(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 1000 }).map((x) => Math.fround(x / 64)),
  );
}

type Samples = [number[], number][];

const momentsOf = (rows: Samples) =>
  Moments.of(
    3,
    sparseRows(rows.map(([z]) => z)),
    rows.map(([, score]) => score),
  );

/** Two passes over dense values: what the textbook says. */
function twoPassR(z: number[], y: number[]): number {
  const mean = (x: number[]) => x.reduce((a, b) => a + b, 0) / x.length;
  const [mz, my] = [mean(z), mean(y)];
  const sum = (f: (i: number) => number) => z.reduce((total, _, i) => total + f(i), 0);
  const vz = sum((i) => (z[i]! - mz) ** 2);
  const vy = sum((i) => (y[i]! - my) ** 2);
  return new Set(z).size === 1 ? 0 : sum((i) => (z[i]! - mz) * (y[i]! - my)) / Math.sqrt(vz * vy);
}

const FEATURES = [0, 1, 2];

describe("moments", () => {
  it("in one pass equal two passes", () => {
    fc.assert(
      fc.property(samples, (rows) => {
        const moments = momentsOf(rows);
        for (const j of FEATURES) {
          const expected = twoPassR(
            rows.map(([z]) => z[j]!),
            rows.map(([, y]) => y),
          );
          expect(moments.feature(j).r).toBeCloseTo(expected, 10);
        }
      }),
    );
  });

  it("in one pass equal two passes to 1e-9 of 5,000 samples far from 0, in shards", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 7 }), (seed, nShards) => {
        const rows = Array.from({ length: 5000 }, (_, i): [number[], number] => {
          const z = 1000 + ((i * 7919 + seed * 104729) % 65537) / 65537;
          return [[Math.fround(z), 0, i % 97 === 0 ? Math.fround(z) : 0], (i * seed) % 3 === 0 ? 1 : 0];
        });
        fc.pre(new Set(rows.map(([, score]) => score)).size > 1);
        const size = Math.ceil(rows.length / nShards);
        const merged = Array.from({ length: nShards }, (_, k) =>
          momentsOf(rows.slice(k * size, (k + 1) * size)),
        ).reduce((total, shard) => total.merge(shard), Moments.empty(3));
        for (const j of FEATURES) {
          const expected = twoPassR(
            rows.map(([z]) => z[j]!),
            rows.map(([, y]) => y),
          );
          expect(Math.abs(merged.feature(j).r - expected)).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("of two parts merge to those of the whole", () => {
    fc.assert(
      fc.property(samples, fc.nat(40), (rows, cut) => {
        const whole = momentsOf(rows);
        const merged = momentsOf(rows.slice(0, cut)).merge(momentsOf(rows.slice(cut)));
        for (const j of FEATURES) {
          const [a, b] = [whole.feature(j), merged.feature(j)];
          expect(b.r).toBeCloseTo(a.r, 11);
          expect(b.variance).toBeCloseTo(a.variance, 9);
          expect(b.meanCorrect).toBeCloseTo(a.meanCorrect, 11);
          expect([b.nActive, b.nActiveCorrect]).toEqual([a.nActive, a.nActiveCorrect]);
        }
      }),
    );
  });

  it("merge into nothing exactly", () => {
    fc.assert(
      fc.property(samples, (rows) => {
        expect(Moments.empty(3).merge(momentsOf(rows)).state).toEqual(momentsOf(rows).state);
      }),
    );
  });

  it("do not depend on the order of samples", () => {
    fc.assert(
      fc.property(samples, (rows) => {
        const [forth, back] = [momentsOf(rows), momentsOf([...rows].reverse())];
        for (const j of FEATURES) expect(back.feature(j).r).toBeCloseTo(forth.feature(j).r, 11);
      }),
    );
  });

  it("give the same r for z and for a z + b, a > 0", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 64 }), (rows, a, b) => {
        const mapped = rows.map(([z, y]): [number[], number] => [z.map((x) => a * x + b), y]);
        const [plain, affine] = [momentsOf(rows), momentsOf(mapped)];
        for (const j of FEATURES) expect(affine.feature(j).r).toBeCloseTo(plain.feature(j).r, 9);
      }),
    );
  });

  it("count frequencies that add up", () => {
    fc.assert(
      fc.property(samples, (rows) => {
        const moments = momentsOf(rows);
        for (const j of FEATURES) {
          const active = rows.filter(([z]) => z[j]! > 0);
          expect(moments.feature(j)).toMatchObject({
            nActive: active.length,
            nActiveCorrect: active.filter(([, y]) => y > 0).length,
          });
        }
      }),
    );
  });

  it.each([
    ["around a million", 64, 2 ** 20],
    ["of a millionth", 2 ** -20, 0],
    ["of a million", 2 ** 20, 0],
    ["as small as float32 has them", 2 ** -100, 0],
    ["as large as float32 has them", 2 ** 110, 0],
  ])("of activations %s equal two passes to 1e-9, whole and merged", (_, unit, offset) => {
    fc.assert(
      fc.property(samples, fc.nat(40), (rows, cut) => {
        const scaled = rows.map(([z, y]): [number[], number] => [z.map((x) => unit * x + offset), y]);
        const whole = momentsOf(scaled);
        const merged = momentsOf(scaled.slice(0, cut)).merge(momentsOf(scaled.slice(cut)));
        for (const j of FEATURES) {
          const expected = twoPassR(
            rows.map(([z]) => z[j]!),
            rows.map(([, y]) => y),
          );
          for (const moments of [whole, merged]) {
            const { r, mean, variance } = moments.feature(j);
            expect(Math.abs(r - expected)).toBeLessThan(1e-9);
            expect(Math.abs(r)).toBeLessThanOrEqual(1);
            expect([mean, variance].every(Number.isFinite)).toBe(true);
          }
        }
      }),
    );
  });
});
