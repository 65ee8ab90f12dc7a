import { AgreementSums } from "../../../lib/agreement/agreement";

const D_SAE = 32;

/** One row, of activations by feature. */
function row(active: Readonly<Record<number, number>>): Float32Array {
  return Float32Array.from({ length: D_SAE }, (_, feature) => active[feature] ?? 0);
}

function agreement(pairs: readonly (readonly [Float32Array, Float32Array])[]) {
  const sums = new AgreementSums(D_SAE);
  for (const [first, second] of pairs) sums.add(first, second);
  return sums.result();
}

test("equal encodings agree, and no feature is the worst", () => {
  const same = row({ 3: 1, 7: 2 });

  expect(agreement(Array<[Float32Array, Float32Array]>(12).fill([same, same]))).toEqual({
    ...{ rows: 12, activeFeatures: 2, top20: 1, jaccard: 1, nmse: 0, worst: null },
  });
});

test("features that fire in one alone count in both directions, over the rows where any fires", () => {
  const result = agreement([
    [row({ 0: 3, 1: 1, 2: 1 }), row({ 0: 3, 1: 1, 9: 1 })],
    [row({}), row({})],
    [row({ 4: 2 }), row({ 4: 2 })],
  ]);

  expect(result.rows).toBe(3);
  expect(result.activeFeatures).toBeCloseTo(4 / 3);
  expect(result.jaccard).toBeCloseTo((2 / 4 + 1) / 2);
  expect(result.top20).toBeCloseTo((2 / 3 + 1) / 2);
  expect(result.nmse).toBeCloseTo(2 / 15);
});

test("of more than 20 active features the strongest are compared", () => {
  const strong = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, 10 + i]));
  const first = row({ ...strong, 30: 1, 31: 1 });
  const second = row({ ...strong, 0: 0, 30: 1, 31: 1 }); // feature 0 gives way to a weak one

  expect(agreement([[first, second]]).top20).toBeCloseTo(19 / 20);
});

test("the worst feature is among those that fire at 10 rows", () => {
  const often = [row({ 0: 2, 1: 2 }), row({ 0: 2.2, 1: 2 })] as const;
  const once = [row({ 5: 1 }), row({})] as const;

  const { worst } = agreement([...Array<typeof often>(10).fill(often), once]);

  expect(worst).toMatchObject({ feature: 0, rows: 10 });
  expect(worst!.nmse).toBeCloseTo(0.01);
});

test("the rows of one call are those of several", () => {
  const [a, b] = [row({ 1: 2, 4: 1 }), row({ 2: 1 })];
  const both = new AgreementSums(D_SAE);
  both.add(Float32Array.of(...a, ...b), Float32Array.of(...b, ...b));

  expect(both.result()).toEqual(
    agreement([
      [a, b],
      [b, b],
    ]),
  );
});
