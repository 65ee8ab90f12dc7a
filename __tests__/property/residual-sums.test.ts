import fc from "fast-check";
import {
  addResidualRows,
  emptyResidualSums,
  mergeResidualSums,
  residualSumsFromArrow,
  residualSumsToArrow,
  type ResidualSums,
} from "../../lib/run/residual-sums";

const N_EMBD = 3;

interface Row {
  mean: number[];
  normSum: number;
  positions: number;
  score: number;
}

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const rows: fc.Arbitrary<Row[]> = fc.array(
  fc.record({
    mean: fc.array(value, { minLength: N_EMBD, maxLength: N_EMBD }),
    normSum: fc.double({ min: 0, max: 1e6, noNaN: true }),
    positions: fc.nat(50),
    score: fc.constantFrom(0, 0.5, 1),
  }),
  { maxLength: 12 },
);

function sumsOf(samples: readonly Row[]): ResidualSums {
  const sums = emptyResidualSums(7, N_EMBD);
  const pooled = {
    means: Float64Array.from(samples.flatMap(({ mean }) => mean)),
    normSums: Float64Array.from(samples, ({ normSum }) => normSum),
    rows: Uint32Array.from(samples, ({ positions }) => positions),
  };
  addResidualRows(
    sums,
    pooled,
    samples.map(({ score }) => score),
  );
  return sums;
}

test("residual sums of parts merge to those of the whole", () => {
  fc.assert(
    fc.property(rows, rows, (first, second) => {
      const merged = sumsOf(first);
      mergeResidualSums(merged, sumsOf(second));
      const whole = sumsOf([...first, ...second]);
      expect(merged).toMatchObject({ n: whole.n, nCorrect: whole.nCorrect, nPositions: whole.nPositions });
      for (const name of ["sumCorrect", "sumIncorrect"] as const)
        merged[name].forEach((sum, i) => expect(Math.abs(sum - whole[name][i]!)).toBeLessThan(1e-7));
      expect(Math.abs(merged.normSum - whole.normSum)).toBeLessThan(1e-7);
    }),
  );
});

test("a file of residual sums gives them back to the bit", () => {
  fc.assert(
    fc.property(rows, rows, (first, second) => {
      const layers = [sumsOf(first), { ...sumsOf(second), layer: 9 }];
      expect(residualSumsFromArrow(residualSumsToArrow(layers), "a file", layers)).toEqual(layers);
    }),
  );
});

test("an empty answer counts as a row of zeros, and adds no norm", () => {
  const sums = sumsOf([
    { mean: [1, 2, 3], normSum: 10, positions: 2, score: 1 },
    { mean: [0, 0, 0], normSum: 0, positions: 0, score: 1 },
  ]);
  expect(sums).toMatchObject({ n: 2, nCorrect: 2, nPositions: 2, normSum: 10 });
  expect([...sums.sumCorrect]).toEqual([1, 2, 3]);
});
