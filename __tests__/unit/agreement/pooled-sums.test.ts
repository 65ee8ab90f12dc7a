import { PooledSums } from "../../../lib/agreement/pooled-sums";

const D_SAE = 3;

/** Texts of one row each, in two models. */
function sumsOf(texts: readonly (readonly [number[], number[]])[]): PooledSums {
  const sums = new PooledSums(D_SAE);
  for (const [first, second] of texts) sums.add(Float32Array.from(first), Float32Array.from(second));
  return sums;
}

test("correlates a feature's pooled activations over texts", () => {
  const x = [1, 2, 4, 0];
  const y = [2, 1, 5, 0];
  const sums = sumsOf(
    x.map((value, i) => [
      [0, value, 0],
      [0, y[i]!, 0],
    ]),
  );

  const { r, means, texts } = sums.feature(1);
  expect(means[0]).toBeCloseTo(1.75);
  expect(means[1]).toBeCloseTo(2);
  expect(texts).toEqual([3, 3, 3]);
  expect(r).toBeCloseTo(10 / Math.sqrt(8.75 * 14)); // by hand
});

test("the largest of a text's rows counts", () => {
  const sums = new PooledSums(D_SAE);
  sums.add(Float32Array.of(1, 0, 0, 3, 0, 2, 0, 0, 0), new Float32Array(9));

  expect([0, 1, 2].map((feature) => sums.feature(feature).means[0])).toEqual([3, 0, 2]);
});

test("a feature without variance has no correlation, and only those that fire are told", () => {
  const sums = sumsOf([
    [[1, 1, 0], [1, 0, 0]],
    [[1, 2, 0], [2, 0, 0]],
  ]); // prettier-ignore

  expect(sums.feature(0)).toMatchObject({ r: null, texts: [2, 2, 2] });
  expect(sums.feature(1)).toMatchObject({ r: null, texts: [2, 0, 0], means: [1.5, 0] });
  expect(sums.thatFire(2).map(({ feature }) => feature)).toEqual([0, 1]);
  expect(sums.thatFire(3)).toEqual([]);
});
