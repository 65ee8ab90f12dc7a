import type { Sample } from "../data/sample";
import { exactMatch } from "./exact-match";
import { bareText, foldText } from "./plain-text";
import { anyChoice } from "./reads";
import type { Scorer } from "./scorer";

/** 1 when the answer has the expected text in it, as whole words, and none of the other choices. */
export const containsScorer: Scorer = {
  name: "contains",
  reads: anyChoice(contains),
  score: ({ completion }, sample) =>
    contains(completion, sample.expected) && !othersOf(sample).some((choice) => contains(completion, choice)) ? 1 : 0,
};

/** What is expected of short answers: with choices the answer is the expected one to the letter, without it contains that. */
export const shortAnswer: Scorer = {
  name: "short-answer",
  score: ({ completion }, { expected, choices }) =>
    choices ? exactMatch(completion, expected) : Number(contains(completion, expected)),
};

/** Those that are not within the expected one, as "York" is in "New York". */
function othersOf({ choices = [], expected }: Sample): string[] {
  return choices.filter((choice) => !contains(expected, choice));
}

/**
 * Whether the words of `expected`, without punctuation around them, stand in the text one after the other, but for case,
 * white space and the kind of apostrophe. Numbers are whole: 5 is not in "3.5", "1,500", "-5" or "x5".
 */
export function contains(text: string, expected: string): boolean {
  const words = caseless(bareText(foldText(expected)));
  const before = /^\d/.test(words) ? NO_WORD_BEFORE + NO_NUMBER_BEFORE : NO_WORD_BEFORE;
  const after = /\d$/.test(words) ? NO_WORD_AFTER + NO_NUMBER_AFTER : NO_WORD_AFTER;
  const literal = words.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(before + literal + after, "u").test(caseless(foldText(text)));
}

/** Through upper case, so that "ß" is "SS" too. */
function caseless(folded: string): string {
  return folded.toUpperCase().toLowerCase().replace(/[’‘`]/gu, "'");
}

/** What makes a word longer; scripts that put no space between words have none. */
const LETTER =
  /(?!\p{sc=Han}|\p{sc=Hiragana}|\p{sc=Katakana}|\p{sc=Thai}|\p{sc=Lao}|\p{sc=Khmer}|\p{sc=Myanmar})[\p{L}\p{M}\p{N}_]/u
    .source;
const NO_WORD_BEFORE = `(?<!${LETTER})`;
const NO_WORD_AFTER = `(?!${LETTER})`;
/** Digits and a point, or a sign, which is none behind a digit, a letter or a bracket ("10-3"). */
const NO_NUMBER_BEFORE = /(?<!\d[.,])(?<!(?<![\p{L}\d)\]}])[-−][$€£]?)/u.source;
const NO_NUMBER_AFTER = /(?![.,]\d)/u.source;
