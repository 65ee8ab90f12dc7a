import { goldMargin, isFormatValid, toAnswer } from "../../../lib/ask/answer";
import { continuation, continuationNormalised } from "../../../lib/score/continuation";
import type { Scorer } from "../../../lib/score/scorer";

const sample = { id: "q", prompt: "?", expected: "B", choices: [" A", " B", " C"] };
const question = { sample, prompt: Int32Array.of(1), choiceTokens: Int32Array.of(10, 11, 12) };

describe("an answer", () => {
  it("has a margin: the gold choice against the best of the others", () => {
    expect(goldMargin(question, Float64Array.of(-3, -1, -2))).toBe(1);
    expect(goldMargin(question, Float64Array.of(-0.5, -1, -2))).toBe(-0.5);
  });

  it("does not compare the gold choice with one that begins with the same token", () => {
    const alike = { ...question, choiceTokens: Int32Array.of(11, 11, 12) };
    expect(goldMargin(alike, Float64Array.of(-1, -1, -2))).toBe(1);
  });

  it("has no margin without choices, or when the expected answer is none of them", () => {
    const { choices: _, ...open } = sample;
    expect(goldMargin({ ...question, sample: open }, new Float64Array())).toBeUndefined();
    expect(goldMargin({ ...question, sample: { ...sample, expected: "D" } }, Float64Array.of(1, 2, 3))).toBeUndefined();
  });

  it("has a margin in what whole choices are worth, where they are tried, against those of another text", () => {
    const continuations = [Int32Array.of(1), Int32Array.of(2), Int32Array.of(3)];
    const tried = (scorer: Scorer) => ({ ...question, tried: { continuations, scorer } });
    const long = { ...sample, choices: [" Ann", " B", "\nB"] };

    expect(goldMargin(tried(continuation), Float64Array.of(-3, -1, -2))).toBe(1);
    expect(goldMargin({ ...tried(continuationNormalised), sample: long }, Float64Array.of(-3, -1, -2))).toBe(0);
    expect(goldMargin({ ...tried(continuation), sample: long }, Float64Array.of(-3, -2, -1))).toBe(1);
  });

  it("is to a scorer what follows the reasoning, which the prompt may have opened", () => {
    const result = (text: string) => ({ text, choiceLogProbabilities: new Float64Array(3) });
    const opened = { ...question, sample: { ...sample, prompt: "?<think>\n" } };

    expect(toAnswer(question, result("<think>\nA? No.\n</think>\n\nB")).completion).toBe("B");
    expect(toAnswer(opened, result("A? No.\n</think>\n\nB")).completion).toBe("B");
    expect(toAnswer(opened, result("A? Or")).completion).toBe("");
    expect(toAnswer(question, result(" A, not </think> B\n")).completion).toBe(" A, not </think> B\n");
  });

  it("is well-formed when it is one of the choices and nothing else", () => {
    expect(isFormatValid("B\n", sample)).toBe(true);
    expect(isFormatValid("B, because", sample)).toBe(false);
    expect(isFormatValid("", sample)).toBe(false);
    expect(isFormatValid("B", { id: "q", prompt: "?", expected: "B" })).toBeUndefined();
  });
});
