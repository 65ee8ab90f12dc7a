import { choiceLogProbability, choiceMargin, choiceProbability, optionLetter } from "./choice";
import { exactMatchScorer, normalizedExactMatchScorer } from "./exact-match";
import { gsm8kOfficial } from "./gsm8k-official";
import { refusalPhrases } from "./refusal";
import type { Scorer } from "./scorer";

/** All that come with the program. */
export const builtInScorers: readonly Scorer[] = [
  exactMatchScorer,
  normalizedExactMatchScorer,
  gsm8kOfficial,
  optionLetter,
  choiceLogProbability,
  choiceProbability,
  choiceMargin,
  refusalPhrases,
];
