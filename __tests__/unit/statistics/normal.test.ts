import { normalProbability, normalQuantile, Z_ONE_SIDED, Z_TWO_SIDED } from "../../../lib/statistics/normal";

it.each([
  [Z_TWO_SIDED, 0.975],
  [Z_ONE_SIDED, 0.95],
])("%d is the quantile of %d", (z, share) => {
  expect(normalProbability(z)).toBeCloseTo(share, 12);
  expect(normalQuantile(share)).toBeCloseTo(z, 12);
});
