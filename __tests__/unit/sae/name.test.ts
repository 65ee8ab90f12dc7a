import { featureNames, saeNames } from "../../../lib/sae/name";

const [one, wide, narrow] = [
  { sae: "a", layer: 1 },
  { sae: "wide", layer: 2 },
  { sae: "narrow", layer: 2 },
] as const;

it("tells an SAE by its layer, unless another of that layer is told of", () => {
  expect([one, wide, narrow].map(saeNames([one, wide, one]))).toEqual(["1", "2", "2"]);
  expect([one, wide, narrow].map(saeNames([one, wide, narrow]))).toEqual(["1", "wide", "narrow"]);
});

it("tells a feature by its SAE and index", () => {
  expect(featureNames([one, wide, narrow])({ ...one, feature: 7 })).toBe("1:7");
  expect(featureNames([one, wide, narrow])({ ...wide, feature: 7 })).toBe("wide:7");
});
