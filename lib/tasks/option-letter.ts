import { choiceLogProbability, choiceMargin, choiceProbability, optionLetter } from "../score/choice";
import type { Task } from "./task";

/** What all questions with lettered options share: the one generated token is the letter, or it is wrong. */
export const optionLetterTask: Omit<Task, "name" | "load"> = {
  kind: "choice",
  maxTokens: 1,
  stop: [],
  scorers: [optionLetter, choiceLogProbability, choiceProbability, choiceMargin],
  pooling: "max",
};
