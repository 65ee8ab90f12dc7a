import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chancePenalty, fitSparseLogistic } from "../../../lib/statistics/sparse-logistic";
import { stableWeights } from "../../../lib/statistics/stable-weights";
import { normal, seededRandom } from "../../../lib/statistics/random";

/** See make_sparse_logistic.py. */
interface Fixture {
  readonly columns: number[][];
  readonly correct: number[];
  readonly fits: { penalty: number; intercept: number; weights: number[] }[];
}

const fixture = JSON.parse(
  readFileSync(join(__dirname, "..", "..", "fixtures", "sparse-logistic.json"), "utf8"),
) as Fixture;
const columns = fixture.columns.map((column) => Float64Array.from(column));

describe("sparse logistic regression", () => {
  it.each(fixture.fits)("is what scikit-learn gives at a penalty of $penalty", ({ penalty, intercept, weights }) => {
    const fit = fitSparseLogistic(columns, fixture.correct, penalty);
    expect(fit.intercept).toBeCloseTo(intercept, 5);
    fit.weights.forEach((weight, k) => {
      expect(weight).toBeCloseTo(weights[k]!, 5);
    });
    expect([...fit.weights].map((weight) => weight === 0)).toEqual(weights.map((weight) => weight === 0));
  });

  it("leaves out all columns where the penalty is as much as the largest slope at 0", () => {
    const share = fixture.correct.reduce((sum, value) => sum + value, 0) / fixture.correct.length;
    const slopes = columns.map((column) =>
      Math.abs(column.reduce((sum, x, i) => sum + x * (fixture.correct[i]! - share), 0) / column.length),
    );
    const largest = Math.max(...slopes);
    const isEmpty = (penalty: number) =>
      fitSparseLogistic(columns, fixture.correct, penalty).weights.every((w) => w === 0);
    expect([isEmpty(largest * 1.0001), isEmpty(largest * 0.99)]).toEqual([true, false]);
  });

  it("gives no weights where all samples are alike", () => {
    const { intercept, weights } = fitSparseLogistic([Float64Array.of(1, 2, 3)], [1, 1, 1], 0.1);
    expect([intercept, [...weights]]).toEqual([Infinity, [0]]);
  });
});

/** Columns of which being correct depends on the first; the second goes with the first, the others are noise. */
function drawn(seed: number, n: number, slope: number) {
  const random = seededRandom(seed);
  const noise = () => Float64Array.from({ length: n }, () => normal(random));
  const [first, echo, ...others] = Array.from({ length: 12 }, noise) as [Float64Array, Float64Array, ...Float64Array[]];
  const correct = Uint8Array.from(first, (x) => Number(slope * x + normal(random) > 0));
  return { columns: [first, echo.map((x, i) => x + first[i]!), ...others], correct };
}

describe("the penalty that chance does not get over", () => {
  it("keeps all columns of noise out, but for a risk of its level", () => {
    let entered = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { columns, correct } = drawn(seed, 100, 0);
      const { weights } = fitSparseLogistic(columns, correct, chancePenalty(correct, columns.length, 0.05));
      if (weights.some((weight) => weight !== 0)) entered += 1;
    }
    expect(entered).toBeLessThanOrEqual(22); // 4 standard errors above 10
  });
});

describe("weights that halves agree on", () => {
  const options = { halvings: 20, clusters: undefined, seed: 1 };

  it("are those of what matters, not of what goes with it, nor of noise", async () => {
    const { columns, correct } = drawn(1, 400, 1);
    const penalty = chancePenalty(correct, columns.length, 0.05);
    const { shares, weights } = await stableWeights(columns, correct, { ...options, penalty });
    expect(shares[0]).toBeGreaterThan(0.9);
    expect(weights[0]).toBeGreaterThan(0.3);
    expect(weights[1]).toBeLessThan(weights[0]! / 3);
    for (const share of shares.slice(2)) expect(share).toBeLessThan(0.5);
  });

  it("are the same of one seed, and other ones of another", async () => {
    const { columns, correct } = drawn(2, 100, 1);
    const of = (seed: number) => stableWeights(columns, correct, { ...options, halvings: 3, seed, penalty: 0.05 });
    expect(await of(1)).toEqual(await of(1));
    expect(await of(1)).not.toEqual(await of(2));
  });

  it("part no cluster: two samples that are always together are in one half", async () => {
    const n = 40;
    const clusters = { of: Uint32Array.from({ length: n }, (_, i) => i % 20), sizes: Array<number>(20).fill(2) };
    // Right and wrong in each cluster, and a column that tells which: without the other it would have no weight in a half.
    const correct = Uint8Array.from({ length: n }, (_, i) => Number(i < 20));
    const columns = [Float64Array.from(correct, (value) => 2 * value - 1)];
    const { shares } = await stableWeights(columns, correct, { ...options, clusters, penalty: 0.4 });
    expect([...shares]).toEqual([1]);
    const { shares: parted } = await stableWeights(columns, correct, { ...options, penalty: 0.49 });
    expect(parted[0]).toBeLessThan(1);
  });
});
