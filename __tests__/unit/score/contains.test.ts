import { contains, containsScorer, shortAnswer } from "../../../lib/score/contains";

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

describe("contains, as a scorer", () => {
  const sample = { id: "q", prompt: "?", expected: "York" };
  const cities = ["Rome", "York", "New York"];
  const score = (completion: string, choices?: string[], expected = "York") =>
    containsScorer.score({ completion }, { ...sample, expected, ...(choices && { choices }) });
  const reads = (completion: string, choices?: string[]) =>
    containsScorer.reads!({ completion }, { ...sample, ...(choices && { choices }) });

  it("wants the expected words, and none of the other choices", () => {
    expect([score("in York"), score("in Yorkshire"), score("York or Rome")]).toEqual([1, 0, 1]);
    expect([score("in York", cities), score("York or Rome", cities), score("New York", cities)]).toEqual([1, 0, 0]);
    expect(score("in New York", cities, "New York")).toBe(1);
  });

  it("can read what has a choice in it, without choices any text", () => {
    expect([reads("surely rome", cities), reads("Berlin", cities)]).toEqual([true, false]);
    expect([reads("Berlin"), reads(" \n")]).toEqual([true, false]);
  });
});

test("a short answer is the choice to the letter, or has the expected words in it", () => {
  const score = (completion: string, choices?: string[]) =>
    shortAnswer.score({ completion }, { id: "q", prompt: "?", expected: "A", ...(choices && { choices }) });

  expect(["It is A", "It is AB"].map((completion) => score(completion))).toEqual([1, 0]);
  expect([" A", "It is A", "a"].map((completion) => score(completion, [" A", " B"]))).toEqual([1, 0, 0]);
});
