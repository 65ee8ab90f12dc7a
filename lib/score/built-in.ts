import { choiceLogProbability, choiceMargin, choiceProbability, optionLetter } from "./choice";
import { continuation, continuationNormalised } from "./continuation";
import { containsScorer, shortAnswer } from "./contains";
import { exactMatchScorer, normalizedExactMatchScorer } from "./exact-match";
import { gsm8kOfficial } from "./gsm8k-official";
import { numberScorer } from "./number";
import { reasonedLetter } from "./reasoned-letter";
import { refusalPhrases } from "./refusal";
import { rejectionClassifier } from "./rejection-classifier";
import type { Scorer } from "./scorer";
import { semanticSimilarity } from "./semantic-similarity";
import { tokenF1 } from "./token-f1";

/** All that come with the program. */
export const builtInScorers: readonly Scorer[] = [
  exactMatchScorer,
  normalizedExactMatchScorer,
  shortAnswer,
  containsScorer,
  tokenF1,
  numberScorer,
  gsm8kOfficial,
  optionLetter,
  choiceLogProbability,
  choiceProbability,
  choiceMargin,
  continuation,
  continuationNormalised,
  reasonedLetter,
  refusalPhrases,
  rejectionClassifier,
  semanticSimilarity,
];
