import { bareText, foldText } from "./plain-text";
import { anyChoice } from "./reads";
import type { Scorer } from "./scorer";

/** With choices the answer has to be the expected one to the letter; without them, but for case and punctuation. */
export const exactMatchScorer: Scorer = {
  name: "exact-match",
  score: ({ completion }, { expected, choices }) =>
    choices ? exactMatch(completion, expected) : normalizedExactMatch(completion, expected),
};

/** `normalizedExactMatch`, whether there are choices or not. */
export const normalizedExactMatchScorer: Scorer = {
  name: "normalized-exact-match",
  reads: anyChoice((completion, choice) => normalizedExactMatch(completion, choice) === 1),
  score: ({ completion }, { expected }) => normalizedExactMatch(completion, expected),
};

/** 1 when the answer is the expected text, white space at the ends aside; upper and lower case count. */
export function exactMatch(completion: string, expected: string): number {
  return completion.trim() === expected.trim() ? 1 : 0;
}

/**
 * 1 when the two are the same but for case, the amount of white space, and quotation marks, brackets and sentence
 * punctuation around the whole. Signs and decimal points count: "-5" is not "5", "3.5" is not "35".
 */
export function normalizedExactMatch(completion: string, expected: string): number {
  const normalize = (text: string) => bareText(foldText(text));
  return normalize(completion) === normalize(expected) ? 1 : 0;
}
