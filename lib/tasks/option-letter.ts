import { exactMatch } from "../score/exact-match";
import type { Task } from "./task";

/** What all questions with lettered options share: the one generated token is the letter, or it is wrong. */
export const optionLetterTask: Omit<Task, "name" | "load"> = {
  kind: "choice",
  maxTokens: 1,
  stop: [],
  scorer: "option-letter",
  pooling: "max",
  score: (completion, sample) => exactMatch(completion, sample.expected),
};
