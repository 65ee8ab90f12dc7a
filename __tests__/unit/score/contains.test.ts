import { contains, containsScorer } from "../../../lib/score/contains";

describe("contains", () => {
  it.each([
    ["Paris", "Paris"],
    [" The capital is **Paris**.", "paris."],
    ["PARIS, of course", "Paris"],
    ["It was New\n  York City", '"New York"'],
    ["on Elm\tStreet", "elm street"],
    ["E\u0301mile Zola", "\u00c9mile"],
    ["in der HAUPTSTRASSE", "Hauptstraße"],
    ["that is O’Neill", "O'Neill"],
    ["首都は東京です", "東京"],
    ["首都はTokyoです", "Tokyo"],
    ["I use C++ daily", "C++"],
    ["so $12.", "12"],
    ["7+5=12", "12"],
    ["It is 12,", "12"],
    ["1990-1995", "1995"],
    ["it is -5", "-5"],
    ["1,500 men", "1,500"],
    ["It is ?? then", "??"],
  ])("finds in %j the words %j", (text, expected) => {
    expect(contains(text, expected)).toBe(true);
  });

  it.each([
    ["Parisian", "Paris"],
    ["Comparison", "Paris"],
    ["Élémentaire", "l"],
    ["York New", "New York"],
    ["New Yorker", "New York"],
    ["Москва́", "Москв"],
    ["3.5", "5"],
    ["3.5", "3"],
    ["1,500", "500"],
    ["1,500", "1"],
    ["-5", "5"],
    ["-$5", "5"],
    ["−5", "5"],
    ["x5", "5"],
    ["5th", "5"],
    ["a_b", "a"],
    ["Who??", "??"],
    ["", "Paris"],
    ["(a.b)", "a.c"],
  ])("does not find in %j the words %j", (text, expected) => {
    expect(contains(text, expected)).toBe(false);
  });
});

describe("the scorer", () => {
  const sample = { id: "q", prompt: "?", expected: "Rome" };
  const reads = (completion: string, choices?: string[]) =>
    containsScorer.reads!({ completion }, { ...sample, ...(choices && { choices }) });

  it("gives 1 or 0", () => {
    expect(["in Rome", "Romeo"].map((completion) => containsScorer.score({ completion }, sample))).toEqual([1, 0]);
  });

  it("can read what has a choice in it, without choices any text", () => {
    expect([reads("surely paris", ["Rome", "Paris"]), reads("Berlin", ["Rome", "Paris"])]).toEqual([true, false]);
    expect([reads("Berlin"), reads(" \n")]).toEqual([true, false]);
  });
});
