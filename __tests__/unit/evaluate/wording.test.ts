import { hundredths, percent, points } from "../../../lib/evaluate/wording";

it.each([
  [points(0.465), "+46.5"],
  [points(-0.3), "-30.0"],
  [points(0), "0.0"],
  [points(4e-4), "0.0"],
  [points(-4e-4), "0.0"],
  [hundredths(-4e-4), "0.0"],
  [percent(0.53), "53.0 %"],
])("sets %s, signed only where it does not round to 0", (found, text) => {
  expect(found).toBe(text);
});
