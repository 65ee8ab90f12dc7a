import { exactMatch, normalizedExactMatch } from "../../../lib/score/exact-match";

describe("exactMatch", () => {
  it.each([
    [" A", "A", 1],
    ["A\n", "A", 1],
    ["a", "A", 0],
    ["A.", "A", 0],
    ["**", "A", 0],
    ["", "A", 0],
  ])("scores %j against %j as %d", (completion, expected, score) => {
    expect(exactMatch(completion, expected)).toBe(score);
  });
});

describe("normalizedExactMatch", () => {
  it.each([
    [" paris.", "Paris", 1],
    ['"New  York"', "new york", 1],
    ["**42**", "42", 1],
    ["E\u0301mile", "\u00c9mile", 1],
    ["3.5", "35", 0],
    ["-5", "5", 0],
    ["C#", "C", 0],
    ["Paris, France", "Paris", 0],
    ["??", "??", 1],
    ["??", "!!", 0],
    ["", "Paris", 0],
  ])("scores %j against %j as %d", (completion, expected, score) => {
    expect(normalizedExactMatch(completion, expected)).toBe(score);
  });
});
