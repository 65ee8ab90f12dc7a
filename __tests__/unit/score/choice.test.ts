import { choiceLogProbability, choiceMargin, choiceProbability, optionLetter } from "../../../lib/score/choice";
import type { Answer, Scorer } from "../../../lib/score/scorer";
import { goldMargin } from "../../../lib/ask/answer";

const SAMPLE = { id: "q", prompt: "?", expected: "B", choices: [" A", " B", " C"] };

/** An answer whose choices have these probabilities, of all tokens, as its first token. */
function answer(probabilities: readonly number[], choiceTokens = [10, 11, 12], sample = SAMPLE): Answer {
  const choiceLogProbabilities = Float64Array.from(probabilities, Math.log);
  const question = { sample, prompt: Int32Array.of(1), choiceTokens: Int32Array.from(choiceTokens) };
  const margin = goldMargin(question, choiceLogProbabilities);
  return { completion: " A", choiceTokens, choiceLogProbabilities, ...(margin !== undefined && { margin }) };
}
const scores = (given: Answer, sample = SAMPLE) =>
  [choiceLogProbability, choiceProbability, choiceMargin].map((scorer) => scorer.score(given, sample));

describe("scorers of choices", () => {
  it("take the written letter alone, white space aside", () => {
    const letters = [" B", "B", "B\n", " b", "B.", "A", ""];
    expect(letters.map((completion) => optionLetter.score({ completion }, SAMPLE))).toEqual([1, 1, 1, 0, 0, 0, 0]);
  });

  it("compare log-probabilities whatever is written: by hand", () => {
    // 0.2 of 0.1 + 0.2 + 0.1; 0.2 against 0.1.
    const [right, probability, margin] = scores(answer([0.1, 0.2, 0.1]));
    expect(right).toBe(1);
    expect(probability).toBeCloseTo(0.5, 12);
    expect(margin).toBeCloseTo(2 / 3, 12);
    // 0.1 of 0.5; 0.1 against 0.3.
    const [wrong, less, negative] = scores(answer([0.3, 0.1, 0.1]));
    expect(wrong).toBe(0);
    expect(less).toBeCloseTo(0.2, 12);
    expect(negative).toBeCloseTo(0.25, 12);
  });

  it("do not call a tie right", () => {
    expect(scores(answer([0.2, 0.2, 0.1]))).toEqual([0, expect.closeTo(0.4, 12), 0.5]);
  });

  it("take choices that begin with one token as one", () => {
    // B and C are one: 0.2 of 0.3.
    expect(scores(answer([0.1, 0.2, 0.2], [10, 11, 11]))).toEqual([
      1,
      expect.closeTo(2 / 3, 12),
      expect.closeTo(2 / 3, 12),
    ]);
  });

  it("stay in [0, 1] where a choice is all but impossible", () => {
    expect(scores(answer([1, 1e-300, 0]))).toEqual([0, expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    expect(scores(answer([0, 1, 0]))).toEqual([1, 1, 1]);
  });

  it.each<[string, Answer, typeof SAMPLE]>([
    ["without choices", { completion: "B" }, SAMPLE],
    [
      "whose expected answer is none of them",
      answer([0.1, 0.2, 0.1], undefined, { ...SAMPLE, expected: "D" }),
      { ...SAMPLE, expected: "D" },
    ],
    ["whose choices all begin alike", answer([0.1, 0.1, 0.1], [10, 10, 10]), SAMPLE],
  ])("refuse a question %s", (_, given, sample) => {
    for (const scorer of [choiceLogProbability, choiceProbability, choiceMargin] satisfies Scorer[]) {
      expect(() => scorer.score(given, sample)).toThrow(/choices that differ/);
    }
  });
});
