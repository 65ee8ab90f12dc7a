import { goldNumber, gsm8kOfficial, predictedNumber } from "../../../lib/score/gsm8k-official";

describe("goldNumber", () => {
  it.each([
    [" 4", "4"],
    ["1,200", "1"],
    ["-7", "-7"],
    ["3.75", "3"],
    [" forty-two \n", "forty-two"],
    ["$18", "$18"],
  ])("of %j is %j", (expected, number) => {
    expect(goldNumber(expected)).toBe(number);
  });
});

describe("predictedNumber", () => {
  it.each([
    ["rule 1, the marker", "So 3 and 4. #### 12 is it, or 13", "12"],
    ["rule 1, with sign and decimals", "#### -2.50 dollars", "-2.50"],
    ["rule 1 before rule 2", "The answer is 5.\n#### 6\n", "6"],
    ["rule 1, up to a comma", "#### 1,200", "1"],
    ["rule 2, the sentence", "The answer is 8, not 9", "8"],
    ["rule 2, in lower case and with a sign", "so the answer is -8 of 9", "-8"],
    ["rule 3, the end, without its sign", "we get 7 - 10 = -3 \n", "3"],
    ["rule 3, with decimals", "it costs 18.00", "18.00"],
    ["rule 4, the last number", "first 4, then -6.5 apples", "-6.5"],
    ["rule 4, as THE ANSWER IS is not rule 2", "THE ANSWER IS 4 or 5 cats", "5"],
    ["rule 4, as a currency sign breaks rule 1", "#### $18 in total", "18"],
    ["rule 5, the last word", "I do not know ", "know"],
    ["nothing", " \n", ""],
  ])("goes by %s", (_, completion, number) => {
    expect(predictedNumber(completion)).toBe(number);
  });
});

describe("gsm8kOfficial", () => {
  it.each([
    ["#### 1,200", "1,200", 1],
    ["#### 1200", "1,200", 0],
    ["18.00", "18", 0],
    ["#### 18", "18", 1],
    ["", "18", 0],
  ])("compares texts: %j against %j is %d", (completion, expected, score) => {
    const sample = { id: "q", prompt: "?", expected };
    expect(gsm8kOfficial.score({ completion }, sample)).toBe(score);
  });
});
