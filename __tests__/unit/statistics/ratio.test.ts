import { clustersOf } from "../../../lib/statistics/clusters";
import { meanAndError } from "../../../lib/statistics/mean";
import { ratioInterval } from "../../../lib/statistics/ratio";

/** 30 questions: 12 gain, 2 lose; 7 of those gain with the choices forced, and one loses. */
const below = Array.from({ length: 30 }, (_, i) => (i < 12 ? 1 : i < 14 ? -1 : 0));
const above = Array.from({ length: 30 }, (_, i) => (i < 7 ? 1 : i === 20 ? -1 : 0));

describe("the interval of a ratio of means", () => {
  it("ends where the mean of the linear combination is t standard errors from 0", () => {
    const [low, high] = ratioInterval(above, below)!;
    const t = 2.0452296421327034; // scipy.stats.t.ppf(0.975, 29)
    for (const [ratio, distance] of [
      [low, t],
      [high, -t],
    ] as const) {
      const combined = [...above, 1, -1, 0, 0].map((a, i) => a - ratio * [...below, 0, 0, 1, -1][i]!);
      const { mean, error } = meanAndError(combined);
      expect(mean / error).toBeCloseTo(distance, 6);
    }
  });

  it("is that of clusters where values go together", () => {
    const four = (values: readonly number[]) => values.flatMap((value) => [value, value, value, value]);
    const clusters = clustersOf(four(above).map((_, i) => `c${Math.floor(i / 4)}`));
    const single = ratioInterval(above, below)!;
    const clustered = ratioInterval(four(above), four(below), clusters)!;
    clustered.forEach((end, i) => expect(end).toBeCloseTo(single[i]!, 10));
  });

  it("does not end at 0 where nothing was seen to change", () => {
    const [low, high] = ratioInterval(
      below.map(() => 0),
      below,
    )!;
    expect(low).toBeLessThan(-0.1);
    expect(high).toBeGreaterThan(0.1);
  });

  it("is none where the lower mean may be 0, or of a single cluster", () => {
    expect(ratioInterval(above, [1, -1, 1, ...below.slice(3).map(() => 0)])).toBeNull();
    expect(ratioInterval(above, below, clustersOf(above.map(() => "one")))).toBeNull();
  });
});
