import { clip } from "../../../lib/report/clip";
import { compact, listed, percent, points, pValue, signed } from "../../../lib/report/format";

test.each([
  [percent(0.12345), "12.3 %"],
  [points(0.0245), "+2.5"],
  [points(-0.3), "−30.0"],
  [points(0), "0.0"],
  [points(0.012), "+1.2"],
  [points(-1e-5), "0.0"],
  [points(1e-5), "0.0"],
  [signed(-0.5, 2), "−0.50"],
  [compact(0), "0"],
  [compact(-1234.5), "−1.23e+3"],
  [compact(0.00001), "1.0e-5"],
  [compact(40.66), "40.7"],
  [pValue(0.0004), "< 0.001"],
  [pValue(0.05), "0.050"],
  [listed(["S"]), "S"],
  [listed(["S", "A", "P"]), "S, A and P"],
])("%s is %s", (text, expected) => {
  expect(text).toBe(expected);
});

describe("clip", () => {
  it("cuts at the end or at the start, says so, and keeps whole what fits", () => {
    expect(clip("abcdef", 3)).toBe("abc…");
    expect(clip("abcdef", 3, "start")).toBe("…def");
    expect(clip("abc", 3)).toBe("abc");
  });

  it("does not halve a character of two code units", () => {
    expect(clip("😀😀😀", 2)).toBe("😀😀…");
  });
});
