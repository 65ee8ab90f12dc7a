import fc from "fast-check";
import { choiceLogProbability, choiceMargin, choiceProbability } from "../../lib/score/choice";
import { finalNumber } from "../../lib/score/number";
import type { Answer, Scorer } from "../../lib/score/scorer";
import { tokenF1 } from "../../lib/score/token-f1";
import { goldMargin } from "../../lib/ask/answer";
import type { Scored } from "../../lib/ask/score-answers";

describe("a number", () => {
  const digits = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.nat({ max: 99 }), fc.boolean());
  const forms: ((whole: bigint, cents: string) => string)[] = [
    (whole, cents) => `${whole}.${cents}`,
    (whole, cents) => `${whole.toLocaleString("en-US")}.${cents}`,
    (whole, cents) => `$${whole.toLocaleString("en-US")}.${cents}`,
    (whole, cents) => `€${whole}.${cents}`,
    (whole, cents) => `${whole.toLocaleString("en-US").replaceAll(",", "{,}")}.${cents}`,
  ];
  const frames = [
    "#### %",
    "so %.",
    "The answer is %\n",
    "\\boxed{%}",
    "(%)",
    "**%**",
    "1 + 2 = %",
    "7 of 9, that is %",
  ];

  it("is read back, however it is written and wherever it stands", () => {
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom(...forms),
        fc.constantFrom(...frames),
        ([whole, hundredths, minus], form, frame) => {
          const cents = String(hundredths).padStart(2, "0");
          const text = frame.replace("%", () => `${minus ? "-" : ""}${form(whole, cents)}`);
          const value = Number(`${whole}.${cents}`);
          expect(finalNumber(text)).toBe(minus ? -value : value);
        },
      ),
    );
  });
});

describe("token F1", () => {
  const text = fc.array(fc.constantFrom("a", "the", "Paris", "paris!", "is", "not", "12", "—"), { maxLength: 6 });
  const f1 = (a: readonly string[], b: readonly string[]) =>
    (tokenF1.score({ completion: a.join(" ") }, { id: "q", prompt: "?", expected: b.join(" ") }) as Scored).score;

  it("is in [0, 1], symmetric, 1 for the text itself, and the same in any order", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(f1(a, b)).toBeGreaterThanOrEqual(0);
        expect(f1(a, b)).toBeLessThanOrEqual(1);
        expect(f1(a, b)).toBeCloseTo(f1(b, a), 12);
        expect(f1(a, a)).toBe(1);
        expect(f1([...a].reverse(), b)).toBe(f1(a, b));
      }),
    );
  });
});

describe("choices", () => {
  const logits = fc.array(fc.double({ min: -30, max: 0, noNaN: true }), { minLength: 2, maxLength: 10 });

  function score(scorer: Scorer, logProbabilities: readonly number[], gold: number): number {
    const choices = logProbabilities.map((_, i) => ` ${i}`);
    const sample = { id: "q", prompt: "?", expected: String(gold), choices };
    const choiceTokens = Int32Array.from(choices.keys());
    const choiceLogProbabilities = Float64Array.from(logProbabilities);
    const margin = goldMargin({ sample, prompt: Int32Array.of(1), choiceTokens }, choiceLogProbabilities)!;
    const answer: Answer = { completion: "", choiceTokens, choiceLogProbabilities, margin };
    return scorer.score(answer, sample) as number;
  }

  it("have probabilities that sum to one, none above that against the best rival, and do not depend on the other tokens", () => {
    fc.assert(
      fc.property(logits, fc.double({ min: -20, max: 0, noNaN: true }), (logProbabilities, shift) => {
        const probabilities = logProbabilities.map((_, i) => score(choiceProbability, logProbabilities, i));
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        for (const [i, probability] of probabilities.entries()) {
          const margin = score(choiceMargin, logProbabilities, i);
          expect(probability).toBeLessThanOrEqual(margin + 1e-12);
          const best = logProbabilities.every((value, k) => k === i || value < logProbabilities[i]!);
          expect(score(choiceLogProbability, logProbabilities, i)).toBe(best ? 1 : 0);
          const shifted = logProbabilities.map((value) => value + shift);
          expect(score(choiceProbability, shifted, i)).toBeCloseTo(probability, 9);
        }
      }),
    );
  });
});
