import { coefficientsOf, parseCoefficient } from "../../../lib/select/coefficient";
import { dosesOf } from "../../../lib/select/doses";
import type { FeatureOf } from "../../../lib/steering/vectors";
import { rankedFeature } from "../../support/ranking";

/** Feature 0 decodes to [3, 4], feature 1 to [-4, 3]; residual rows have norm 10. */
const units = {
  directionsOf: (features: readonly FeatureOf[]) =>
    Promise.resolve(features.map(({ feature }) => Float32Array.from(feature === 0 ? [3, 4] : [-4, 3]))),
  meanNormOf: () => Promise.resolve(10),
};
const feature = (index: number, r: number) => ({
  ...rankedFeature(1, index, r),
  coefficientCorrect: 4,
  coefficientIncorrect: 1,
  coefficientActive: 6,
});
const of = (policy: string, ...features: ReturnType<typeof feature>[]) =>
  coefficientsOf(parseCoefficient(policy), features, units);

describe("coefficients", () => {
  it("are the mean over correct samples, the mean where it fires, or the contrast", async () => {
    expect(await of("mean", feature(0, 0.5))).toEqual([4]);
    expect(await of("active-mean", feature(0, 0.5))).toEqual([6]);
    expect(await of("contrast", feature(0, 0.5))).toEqual([3]);
  });

  it("push a feature of negative r down, by the magnitude", async () => {
    const inverse = { ...feature(0, -0.5), coefficientCorrect: 1, coefficientIncorrect: 4 };
    expect(await of("mean", inverse)).toEqual([-1]);
    expect(await of("active-mean", inverse)).toEqual([-6]);
    expect(await of("contrast", inverse)).toEqual([-3]);
    expect((await of("residual:0.5", inverse))[0]).toBeCloseTo(-1, 6);
  });

  it("go by r given the covariates, where the feature was ranked with some", async () => {
    expect(await of("mean", { ...feature(0, -0.1), partialR: 0.3 })).toEqual([4]);
    expect(await of("mean", { ...feature(0, 0.1), partialR: -0.3 })).toEqual([-4]);
  });

  it("keep the sign of a contrast of a feature of positive r, as published", async () => {
    expect(await of("contrast", { ...feature(0, 0.5), coefficientCorrect: 1, coefficientIncorrect: 4 })).toEqual([-3]);
  });

  it("are 0 where an active mean has no active correct sample", async () => {
    const silent = { ...feature(0, 0.5), coefficientActive: 0, nActiveCorrect: 0 };
    expect(await of("active-mean", silent)).toEqual([0]);
    expect(await of("active-mean", { ...silent, r: -0.5 })).toEqual([0]);
  });

  it("add a fraction of the residual's norm: 0.5 x 10 is one times a direction of norm 5", async () => {
    expect((await of("residual:0.5", feature(0, 0.5)))[0]).toBeCloseTo(1, 6);
  });

  it("share that norm among the features of a layer: the sum has it", async () => {
    const [first, second] = await of("residual:0.5", feature(0, 0.5), feature(1, -0.4));
    expect(first).toBeCloseTo(-second!, 6);
    const sum = [3 * first! - 4 * second!, 4 * first! + 3 * second!];
    expect(Math.hypot(...sum)).toBeCloseTo(5, 5);
  });

  it.each([
    "",
    "means",
    "mean:1",
    "residual",
    "residual:",
    "residual:0",
    "residual:-1",
    "kl:x",
    "kl:Infinity",
    "kl:1:2",
  ])("refuse %j", (text) => {
    expect(() => parseCoefficient(text)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
  });
});

test("doses are each feature at each coefficient, but for those that add nothing", async () => {
  const features = [feature(0, 0.5), { ...feature(1, 0.4), coefficientCorrect: 0 }];
  const doses = await dosesOf(features, { kind: "mean" }, { grid: [0.5, 2], residualGrid: [0.1] }, units);
  expect(doses.map(({ feature, dose }) => [feature.feature, feature.coefficient, dose])).toEqual([
    [0, 2, "mean x 0.5"],
    [0, 8, "mean x 2"],
    [0, expect.closeTo(0.2, 6), "residual x 0.1"],
    [1, expect.closeTo(0.2, 6), "residual x 0.1"],
  ]);
});
