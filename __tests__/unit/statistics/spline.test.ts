import { naturalSpline } from "../../../lib/statistics/spline";

const values = Array.from({ length: 61 }, (_, i) => i ** 2);
const columns = naturalSpline(values, 5);
const differences = (column: readonly number[]) => column.slice(1).map((value, i) => value - column[i]!);

describe("the natural spline", () => {
  it("has the variable, and a column for each knot but two", () => {
    expect(columns).toHaveLength(4);
    columns[0]!.forEach((value, i) => expect(value).toBeCloseTo(values[i]! / 3600, 12));
  });

  it("is straight beyond the last knot and before the first, and smooth between", () => {
    const even = naturalSpline(
      Array.from({ length: 101 }, (_, i) => i),
      4,
    ).map((column) => [...column]);
    for (const column of even.slice(1)) {
      const second = differences(differences(column));
      expect(Math.abs(second[0]!)).toBeLessThan(1e-4);
      expect(Math.abs(second.at(-1)!)).toBeLessThan(1e-3);
      for (const jump of differences(second)) expect(Math.abs(jump)).toBeLessThan(1e-4); // which is the step's own size
    }
  });

  it("has fewer columns where values repeat, and none where there is one", () => {
    expect(naturalSpline([1, 1, 1, 1, 1, 1, 2, 2], 6)).toHaveLength(1);
    expect(naturalSpline([3, 3, 3], 6)).toEqual([]);
  });
});
