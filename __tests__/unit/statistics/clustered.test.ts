import { bootstrapInterval } from "../../../lib/statistics/bootstrap";
import { clustersOf } from "../../../lib/statistics/clusters";
import { effectiveSize } from "../../../lib/statistics/effective-size";
import { gainTest } from "../../../lib/statistics/gain-test";
import { meanAndError } from "../../../lib/statistics/mean";
import { pairedPermutation } from "../../../lib/statistics/paired-permutation";

/** Each value four times, in a cluster. */
const values = [0.5, -0.2, 0.4, 0.3, 0.9, -0.1, 0.2, 0.6, 0.1, 0.35];
const repeated = values.flatMap((value) => [value, value, value, value]);
const clusters = clustersOf(repeated.map((_, i) => `c${Math.floor(i / 4)}`));

describe("where each value is there four times, in a cluster", () => {
  it("the bootstrap interval is that of single ones", () => {
    const [low, high] = bootstrapInterval(repeated, 3, clusters);
    const [singleLow, singleHigh] = bootstrapInterval(values, 3);
    expect(low).toBeCloseTo(singleLow, 12);
    expect(high).toBeCloseTo(singleHigh, 12);
    const [narrowLow, narrowHigh] = bootstrapInterval(repeated, 3);
    expect(narrowHigh - narrowLow).toBeLessThan(0.6 * (high - low));
  });

  it("so are mean and error", () => {
    expect(meanAndError(repeated, clusters).mean).toBeCloseTo(meanAndError(values).mean, 14);
    expect(meanAndError(repeated, clusters).error).toBeCloseTo(meanAndError(values).error, 14);
  });

  it("so are paired tests: signs are thrown for clusters", () => {
    expect(pairedPermutation(repeated, 1, clusters)).toBe(pairedPermutation(values, 1));
    const options = { seed: 1, level: 0.05 };
    expect(gainTest(repeated, { ...options, clusters })).toBe(gainTest(values, options));
    expect(gainTest(repeated, options)).toBeLessThan(gainTest(values, options));
  });

  it("they are worth a quarter of independent ones, and less as clusters are few", () => {
    // 9 degrees of freedom: t = 2.262157
    const worth = effectiveSize(repeated, clusters) / (1.959964 / 2.262157) ** 2;
    expect(worth).toBeCloseTo(values.length - 1, 5); // whose variance is estimated with one degree of freedom less
  });
});

describe("the number of values that clustered ones are worth", () => {
  it("is theirs where each is by itself, and not more where clusters differ less than chance has it", () => {
    expect(effectiveSize(repeated, undefined)).toBe(40);
    const even = Array.from({ length: 2000 }, (_, i) => i % 2);
    const pairs = clustersOf(even.map((_, i) => `c${Math.floor(i / 2)}`));
    const size = effectiveSize(even, pairs);
    expect(size).toBeLessThanOrEqual(2000);
    expect(size).toBeGreaterThan(1980);
  });

  it("is that of clusters where all values are the same", () => {
    const same = new Array<number>(40).fill(1);
    expect(effectiveSize(same, clusters)).toBeLessThan(10);
    expect(effectiveSize(same, clustersOf(same.map(() => "one")))).toBe(1);
  });
});
