import fc from "fast-check";
import { columnOf, denseColumn, toColumns } from "../../lib/rank/columns";
import { criterionOfSamples } from "../../lib/rank/criteria";
import { falseDiscoveryRate } from "../../lib/statistics/false-discovery";
import { permutationMoments, powerSums } from "../../lib/statistics/tail-probability";
import { sparseRows } from "../support/rows";

const D_SAE = 4;

const activation = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 20 }).map((x) => Math.fround(x / 4)),
);

/** Samples of activations, right or wrong, of which there is at least one each. */
const samples = fc
  .array(fc.tuple(fc.array(activation, { minLength: D_SAE, maxLength: D_SAE }), fc.constantFrom(0, 1)), {
    minLength: 2,
    maxLength: 40,
  })
  .filter((rows) => new Set(rows.map(([, correct]) => correct)).size === 2);

type Samples = readonly (readonly [number[], number])[];

function columnsOf(rows: Samples, chunkRows: number) {
  const chunks = [];
  for (let firstSample = 0; firstSample < rows.length; firstSample += chunkRows) {
    const part = rows.slice(firstSample, firstSample + chunkRows);
    chunks.push({ firstSample, ...sparseRows(part.map(([z]) => z)) });
  }
  return toColumns(chunks, rows.length, D_SAE, () => true);
}

describe("columns", () => {
  it("hold what the rows hold, in whatever chunks these come", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 41 }), (rows, chunkRows) => {
        const columns = columnsOf(rows, chunkRows);
        const dense = rows.map(() => new Array<number>(D_SAE).fill(0));
        columns.features.forEach((feature, c) => {
          denseColumn(columnOf(columns, c), rows.length).forEach((value, i) => (dense[i]![feature] = value));
        });
        expect(dense).toEqual(rows.map(([z]) => z));
      }),
    );
  });

  it("leave out the features that nobody wants", () => {
    const rows: Samples = [
      [[1, 0, 3, 4], 1],
      [[0, 2, 3, 0], 0],
    ];
    const chunk = { firstSample: 0, ...sparseRows(rows.map(([z]) => z)) };
    const { features, offsets, samples, values } = toColumns([chunk], 2, D_SAE, (feature) => feature >= 2);
    expect([[...features], [...offsets], [...samples], [...values]]).toEqual([
      [2, 3],
      [0, 2, 3],
      [0, 1, 0],
      [3, 3, 4],
    ]);
  });
});

describe("orders", () => {
  const value = (score: "auroc" | "mutual-information-quantile" | "fisher", rows: Samples) => {
    const columns = columnsOf(rows, 100);
    const correct = Uint8Array.from(rows, ([, right]) => right);
    const outcomes = { correct, nCorrect: correct.reduce((sum, right) => sum + right, 0) };
    return Array.from(columns.features, (_, c) => criterionOfSamples(score)!(columnOf(columns, c), outcomes, 1));
  };

  it("by AUROC count pairs", () => {
    fc.assert(
      fc.property(samples, (rows) => {
        const firing = Array.from({ length: D_SAE }, (_, j) => j).filter((j) => rows.some(([z]) => z[j]! > 0));
        const expected = firing.map((j) => {
          const of = (right: number) => rows.filter(([, correct]) => correct === right).map(([z]) => z[j]!);
          const wins = of(1).flatMap((a) => of(0).map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
          return wins.reduce((sum, win) => sum + win, 0) / wins.length;
        });
        value("auroc", rows).forEach((auroc, c) => {
          expect(auroc).toBeCloseTo(expected[c]!, 12);
        });
      }),
    );
  });

  it.each(["auroc", "mutual-information-quantile", "fisher"] as const)(
    "do not depend on the order of samples: %s",
    (score) => {
      fc.assert(
        fc.property(samples, (rows) => {
          const back = value(score, [...rows].reverse());
          value(score, rows).forEach((forth, c) => {
            expect(back[c]! / forth || 1).toBeCloseTo(1, 9);
          });
        }),
      );
    },
  );

  it.each(["auroc", "mutual-information-quantile"] as const)(
    "do not depend on the unit of activations: %s",
    (score) => {
      fc.assert(
        fc.property(samples, fc.constantFrom(0.25, 2, 64), (rows, a) => {
          const scaled = value(
            score,
            rows.map(([z, right]) => [z.map((x) => a * x), right] as const),
          );
          value(score, rows).forEach((plain, c) => {
            expect(scaled[c]).toBeCloseTo(plain, 12);
          });
        }),
      );
    },
  );
});

describe("moments under permutation", () => {
  it("do not depend on the unit of activations, and r's variance is 1 / (n - 1)", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 64 }), (rows, a) => {
        const n = rows.length;
        const groups = { of: new Uint32Array(n), sizes: [n] };
        const mean = rows.reduce((sum, [, right]) => sum + right, 0) / n;
        const length = Math.sqrt(n * mean * (1 - mean));
        const scores = powerSums(
          [...rows.keys()],
          rows.map(([, right]) => (right - mean) / length),
          groups,
        );
        const moments = (scale: number) => {
          const z = rows.map(([[x]]) => scale * x!);
          return permutationMoments(powerSums([...z.keys()], z, groups), scores, groups);
        };
        fc.pre(new Set(rows.map(([[x]]) => x)).size > 1);
        expect(moments(1).deviation).toBeCloseTo(1 / Math.sqrt(n - 1), 9);
        expect(moments(a).deviation).toBeCloseTo(moments(1).deviation, 9);
        expect(moments(a).skewness).toBeCloseTo(moments(1).skewness, 6);
      }),
    );
  });

  it("do not change with what is added to all activations, though it is a million times their spread", () => {
    fc.assert(
      fc.property(samples, (rows) => {
        const n = rows.length;
        const groups = { of: Uint32Array.from(rows, (_, i) => i % 2), sizes: [Math.ceil(n / 2), Math.floor(n / 2)] };
        const mean = rows.reduce((sum, [, right]) => sum + right, 0) / n;
        const length = Math.sqrt(n * mean * (1 - mean));
        const all = [...rows.keys()];
        const scores = powerSums(
          all,
          rows.map(([, right]) => (right - mean) / length),
          groups,
        );
        const moments = (offset: number) => {
          const z = rows.map(([[x]]) => x! + offset);
          return permutationMoments(powerSums(all, z, groups), scores, groups);
        };
        const [near, far] = [moments(0), moments(2 ** 20)];
        fc.pre(near.deviation > 1e-3);
        expect(far.deviation / near.deviation).toBeCloseTo(1, 7);
        expect(far.skewness).toBeCloseTo(near.skewness, 6);
      }),
    );
  });
});

describe("q", () => {
  it("is no smaller than p, and orders as p does", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (p) => {
        const q = falseDiscoveryRate(Float64Array.from(p));
        const sorted = [...p].sort((a, b) => a - b);
        sorted.forEach((one, i) => {
          expect(q(one)).toBeGreaterThanOrEqual(one * (1 - 1e-12));
          expect(q(one)).toBeLessThanOrEqual(1);
          if (i > 0) expect(q(one)).toBeGreaterThanOrEqual(q(sorted[i - 1]!));
        });
      }),
    );
  });
});
