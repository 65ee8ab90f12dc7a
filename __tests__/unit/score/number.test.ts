import { finalNumber, numberScorer } from "../../../lib/score/number";

const score = (completion: string, expected: string) =>
  numberScorer.score({ completion }, { id: "q", prompt: "?", expected });

describe("finalNumber", () => {
  it.each<[string, string, number | undefined]>([
    ["thousands", "1,200", 1200],
    ["millions", "12,345,678 people", 12345678],
    ["LaTeX's thousands", "$1{,}200$", 1200],
    ["commas that part no thousands", "1,20 and 1,2000", 2000],
    ["decimals", "18.00", 18],
    ["decimals without a digit before them", "p = .05", 0.05],
    ["a full stop behind it", "It is 18.", 18],
    ["a currency", "$18", 18],
    ["an escaped currency", "\\$1,200.50", 1200.5],
    ["a sign", "-5", -5],
    ["a typographic minus", "−5", -5],
    ["a sign before the currency", "-$5", -5],
    ["a sign behind the currency", "$-5", -5],
    ["a difference without spaces", "10-3", 3],
    ["a difference with spaces", "10 - 3", 3],
    ["a negative result", "7 - 10 = -3", -3],
    ["a bullet", "- 5", 5],
    ["a fraction", "3/4 of it", 0.75],
    ["a date", "12/4/2021", 2021],
    ["a denominator of zero", "5/0", undefined],
    ["an exponent", "1.5e3", 1500],
    ["a percentage", "10%", 10],
    ["emphasis", "**18**", 18],
    ["words alone", "no idea", undefined],
    ["nothing", "", undefined],
  ])("reads %s: %j is %d", (_, text, number) => {
    expect(finalNumber(text)).toBe(number);
  });

  it.each<[string, string, number]>([
    ["the first ####", "3 and 4. #### 12\nQ: What else? #### 13", 12],
    ["the #### that has a number", "####\n\n#### $18 for 3", 18],
    ["the line after ####", "####\n18\n19", 18],
    ["what a sum after #### gives", "#### 3 * 6 = 18 eggs", 18],
    ["#### before a box", "\\boxed{5} #### 6", 6],
    ["the last box", "\\boxed{5}, no, \\boxed{6}. The answer is 7.", 6],
    ["the last sentence", "The answer is 5. No: the answer is 6, not 7", 6],
    ["a sentence in capitals", "THE ANSWER IS 4 of 5 cats", 4],
    ["a colon", "Answer: 8 (9 were left)", 8],
    ["the last number", "first 4, then -6.5 apples", -6.5],
    ["the last number, where a sentence has none", "The answer is unclear.\nPerhaps 7 or 8", 8],
  ])("goes by %s", (_, text, number) => {
    expect(finalNumber(text)).toBe(number);
  });
});

describe("the scorer of numbers", () => {
  it.each([
    ["#### 1200", "1,200", 1],
    ["#### 1,200", "1200", 1],
    ["#### 1,200", "1", 0],
    ["18.00", "18", 1],
    ["#### $18", "18", 1],
    ["-18", "18", 0],
    ["0.5", "1/2", 1],
    ["", "18", 0],
  ])("compares values: %j against %j is %d", (completion, expected, right) => {
    expect(score(completion, expected)).toBe(right);
  });

  it("needs a number to compare with", () => {
    expect(() => score("5", "five")).toThrow(/"five"/);
  });
});
