import { spreadOf } from "../../../lib/report/compare/spread";

it("gives the mean and the sample standard deviation", () => {
  expect(spreadOf([0.25, 0.5, 0.75])).toEqual({ values: [0.25, 0.5, 0.75], mean: 0.5, sd: 0.25 });
  expect(spreadOf([1, 1])).toMatchObject({ mean: 1, sd: 0 });
});

it("has no spread of a single run", () => {
  expect(spreadOf([0.5])).toEqual({ values: [0.5], mean: 0.5, sd: null });
});
