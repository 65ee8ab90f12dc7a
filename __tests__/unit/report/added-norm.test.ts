import { addedNorm, addedNormText } from "../../../lib/report/added-norm";

const layer = (layer: number, meanAddedNorm: number, meanResidualNorm: number, rows = 10) => ({
  ...{ layer, rows, leftAlone: 0, meanAddedNorm, maxAddedNorm: meanAddedNorm, meanResidualNorm },
});

it("is the largest share of the residual stream's norm, and its layer", () => {
  const receipt = [layer(2, 1, 10), layer(5, 6, 20), layer(9, 7, 100)];

  expect(addedNorm({ receipt })).toEqual({ layer: 5, share: 0.3 });
  expect(addedNormText({ receipt })).toBe("30.0 % at layer 5");
});

it("is none where nothing was added", () => {
  expect(addedNorm({ receipt: [] })).toBeUndefined();
  expect(addedNormText({ receipt: [layer(0, 0, 0, 0)] })).toBeUndefined();
});
