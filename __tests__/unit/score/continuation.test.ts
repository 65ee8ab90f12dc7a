import { continuation, continuationNormalised } from "../../../lib/score/continuation";

const sample = { id: "q", prompt: "?", expected: "the sun", choices: [" a star", " the sun"] };

describe("scorers of whole choices", () => {
  it("weigh a choice by its log-probability, or by that for each character", () => {
    expect(continuation.weigh!(" the sun", -6)).toBe(-6);
    expect(continuationNormalised.weigh!(" the sun", -7)).toBe(-1);
  });

  it("count characters as Python does, without the space that joins prompt and choice", () => {
    const characters = (choice: string) => -1 / continuationNormalised.weigh!(choice, -1);
    expect([" 12", "12", "  12", " 1 2 ", " é€", " 😀"].map(characters)).toEqual([2, 2, 3, 4, 2, 1]);
  });

  it("take the expected choice alone, white space aside, and keep its log-probability", () => {
    const score = (completion: string) =>
      continuation.score({ completion, choiceLogProbabilities: [-3, -4.5] }, sample);
    expect(score(" the sun")).toEqual({ score: 1, extras: { goldLogProbability: -4.5 } });
    expect(score(" a star")).toEqual({ score: 0, extras: { goldLogProbability: -4.5 } });
  });

  it.each([
    ["no choices", { id: "q", prompt: "?", expected: "the sun" }, "needs choices"],
    ["an expected answer that is none of them", { ...sample, expected: "sun" }, "needs choices"],
    ["a choice without text", { ...sample, choices: [...sample.choices, " "] }, "white space"],
  ])("refuse a question with %s", (_, question, reason) => {
    for (const scorer of [continuation, continuationNormalised]) {
      expect(() => scorer.check!(question)).toThrow(reason);
    }
  });
});
