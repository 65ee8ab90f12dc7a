import type { Sample } from "../data/sample";
import { exactMatch } from "./exact-match";
import type { Answer, Scorer } from "./scorer";

/** The one generated token is the letter, or it is wrong; white space around it does not count. */
export const optionLetter: Scorer = {
  name: "option-letter",
  score: ({ completion }, { expected }) => exactMatch(completion, expected),
};

/** 1 when the gold choice is more probable as the answer's first token than any other choice, whatever was written. */
export const choiceLogProbability: Scorer = {
  name: "choice-log-probability",
  reads: whateverIsWritten,
  check: requireGoldChoice,
  score: (answer) => (goldMargin(answer) > 0 ? 1 : 0),
};

/** Probability of the gold choice among the choices: the softmax of their log-probabilities as first token. */
export const choiceProbability: Scorer = {
  name: "choice-probability",
  reads: whateverIsWritten,
  check: requireGoldChoice,
  score(answer, sample) {
    const { choiceTokens = [], choiceLogProbabilities = [] } = answer;
    goldMargin(answer); // there is a gold choice, and another
    const gold = choiceLogProbabilities[goldChoice(sample)]!;
    const byToken = new Map(Array.from(choiceTokens, (token, i) => [token, choiceLogProbabilities[i]!]));
    const odds = [...byToken.values()].reduce((sum, logProbability) => sum + Math.exp(logProbability - gold), 0);
    return 1 / odds;
  },
};

/** Probability of the gold choice against the best other one: the logistic function of the margin. */
export const choiceMargin: Scorer = {
  name: "choice-margin",
  reads: whateverIsWritten,
  check: requireGoldChoice,
  score: (answer) => 1 / (1 + Math.exp(-goldMargin(answer))),
};

/** Index of the choice that is the expected answer; -1 where none is. */
export function goldChoice({ choices = [], expected }: Sample): number {
  return choices.findIndex((choice) => choice.trim() === expected.trim());
}

function whateverIsWritten(): boolean {
  return true;
}

/** @throws Error where the expected answer is none of the choices */
export function requireGoldChoice(sample: Sample): void {
  if (goldChoice(sample) < 0) throw new Error("the question needs choices, and the expected answer among them");
}

function goldMargin({ margin }: Answer): number {
  if (margin !== undefined) return margin;
  throw new Error("the question needs choices that differ in their first token, and the expected answer among them");
}
