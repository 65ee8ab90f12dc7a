import { mean, meanAndError, sum } from "../../../lib/statistics/mean";

it("adds from the first to the last, to the bit", () => {
  expect(sum([0.1, 0.2, 0.3])).toBe(0.1 + 0.2 + 0.3);
  expect(sum([0.3, 0.2, 0.1])).not.toBe(sum([0.1, 0.2, 0.3]));
  expect(sum(Float64Array.of(1e16, 1, -1e16))).toBe(0);
});

it("divides the sum once", () => {
  expect(mean([0.1, 0.2, 0.3])).toBe((0.1 + 0.2 + 0.3) / 3);
});

it("gives the standard error of a mean", () => {
  expect(meanAndError([1, 2, 3, 4])).toEqual({ mean: 2.5, error: Math.sqrt(5 / 3 / 4) });
});

it("is 0 where there is nothing, and sure of a single value", () => {
  expect([sum([]), mean([]), meanAndError([])]).toEqual([0, 0, { mean: 0, error: 0 }]);
  expect(meanAndError([7])).toEqual({ mean: 7, error: 0 });
});
