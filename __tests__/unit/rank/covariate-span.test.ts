import { residualOf, spanOf, trendOf } from "../../../lib/rank/covariate-span";
import { groupsOfLabels, oneGroup, type Groups } from "../../../lib/statistics/groups";

const spanOfColumns = (groups: Groups, trends: Record<string, number[]>) =>
  spanOf(groups, new Map(Object.entries(trends).map(([name, column]) => [name, [Float64Array.from(column)]])));

describe("the span of groups and trends", () => {
  it("has orthonormal rows of mean 0 in each group", () => {
    const groups = groupsOfLabels(["a", "b", "c", "a", "b", "c", "a", "b"]);
    const n = 8;
    const { rows, size } = spanOfColumns(groups, {
      length: [1, 2, 3, 4, 5, 6, 7, 1e6],
      width: [1, 4, 2, 8, 5, 7, 2, 9],
    });
    expect(size).toBe(2);
    const vector = (i: number) => rows.subarray(i * n, (i + 1) * n);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const product = vector(i).reduce((sum, x, k) => sum + x * vector(j)[k]!, 0);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
      }
      for (const group of [0, 1, 2]) {
        expect(vector(i).reduce((sum, x, k) => sum + (groups.of[k] === group ? x : 0), 0)).toBeCloseTo(0, 12);
      }
    }
  });

  it("leaves out and names what says nothing new", () => {
    const groups = groupsOfLabels(["x", "x", "x", "y", "y"]);
    const { size, redundant } = spanOfColumns(groups, {
      a: [1, 2, 3, 4, 6],
      same: [7, 7, 7, 7, 7],
      group: [0, 0, 0, 1, 1],
      twice: [2, 4, 6, 8, 12],
    });
    expect(size).toBe(1);
    expect(redundant).toEqual(["same", "group", "twice"]);
  });

  it("takes what varies little beside its size, such as dates, but no rounding", () => {
    const { size, redundant } = spanOfColumns(oneGroup(5), {
      date: [1, 2, 3, 4, 6].map((s) => 1.7e9 + s),
      sum: [0.3, 0.1 + 0.2, 0.3, 0.3, 0.3],
    });
    expect([size, redundant]).toEqual([1, ["sum"]]);
  });

  it("leaves nothing of what groups and trends say", () => {
    const span = spanOfColumns(groupsOfLabels(["A", "A", "B", "B", "C", "C"]), { rise: [0, 1, 0, 1, 0, 1] });
    const said = [1, 4, 5, 8, 9, 12];
    for (const value of residualOf(Float64Array.from(said), span)) expect(value).toBeCloseTo(0, 12);
    expect(residualOf(Float64Array.of(2, 0, 0, 0, 0, 0), span)[1]).toBeCloseTo(-2 / 3, 12);
    expect(trendOf(Float64Array.from(said), span)[1]).toBeCloseTo(1.5, 12);
  });
});
