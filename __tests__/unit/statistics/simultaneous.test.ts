import { clustersOf } from "../../../lib/statistics/clusters";
import { simultaneousReach } from "../../../lib/statistics/simultaneous";
import { seededRandom } from "../../../lib/statistics/random";

const random = seededRandom(5);
const column = () => Array.from({ length: 400 }, () => random(3) - 1);

describe("the reach of intervals that are right at once", () => {
  it("is 1.96 for one, and for several that are the same", () => {
    const one = column();
    expect(simultaneousReach([one], 1)).toBeCloseTo(1.96, 3);
    expect(Math.abs(simultaneousReach([one, one, one], 1) - 1.96)).toBeLessThan(0.05);
  });

  it("is Sidak's for several that have nothing to do with each other, or never vary", () => {
    // scipy.stats.norm.ppf((1 + 0.95 ** (1 / 5)) / 2)
    const sidak = 2.5689;
    expect(Math.abs(simultaneousReach([1, 2, 3, 4, 5].map(column), 1) - sidak)).toBeLessThan(0.06);
    const still = [1, 2, 3, 4].map(() => column().map(() => 0));
    expect(Math.abs(simultaneousReach([column(), ...still], 1) - sidak)).toBeLessThan(0.06);
  });

  it("counts on clusters", () => {
    const [a, b] = [column(), column()];
    const four = (values: readonly number[]) => values.flatMap((value) => [value, value, value, value]);
    const clusters = clustersOf(four(a).map((_, i) => `c${Math.floor(i / 4)}`));
    expect(simultaneousReach([four(a), four(b)], 1, clusters)).toBeCloseTo(simultaneousReach([a, b], 1), 10);
  });
});
