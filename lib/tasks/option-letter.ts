import type { Sample } from "../data/sample";
import {
  letterChoices,
  letteredOptions,
  type LetteredQuestion,
  multipleChoicePrompt,
  optionLetter,
  unlistedPrompt,
  wholeChoices,
} from "../prompt/multiple-choice";
import type { Prompting } from "../prompt/prompting";
import {
  choiceLogProbability,
  choiceMargin,
  choiceProbability,
  optionLetter as optionLetterScorer,
} from "../score/choice";
import { continuation, continuationNormalised } from "../score/continuation";
import { reasonedLetter } from "../score/reasoned-letter";
import type { Task } from "./task";

/** Whether the answer is free text that ends in a letter: the published code's reasoning has one token all the same. */
const isFreeText = ({ style, chainOfThought }: Prompting) => chainOfThought && style !== "official";

/** What all questions with lettered options share: the one generated token is the letter, or it is wrong. */
export const optionLetterTask: Omit<Task, "name" | "load"> = {
  kind: "choice",
  maxTokens: 1,
  stop: [],
  scorers: [
    optionLetterScorer,
    choiceLogProbability,
    choiceProbability,
    choiceMargin,
    continuation,
    continuationNormalised,
  ],
  pooling: "max",
  reasonsIn: ["clean", "official", "chat"],
  under: (prompting) =>
    isFreeText(prompting)
      ? { kind: "generation", maxTokens: 512, stop: [], scorers: [reasonedLetter], pooling: "mean" }
      : {},
};

/** @param fields what is not the question's own: id, group, cluster, split */
export function choiceSample(
  fields: Pick<Sample, "id" | "group" | "cluster" | "split">,
  question: LetteredQuestion,
  prompting: Prompting,
  officialCandidates?: (letters: readonly string[]) => string,
): Sample {
  const { options, gold } = question;
  const asked = { ...fields, question: letteredOptions(question.question, options) };
  if (prompting.optionsLeftOut) {
    return {
      ...asked,
      ...unlistedPrompt(question, prompting),
      expected: options[gold]!,
      choices: wholeChoices(options),
    };
  }
  return {
    ...asked,
    ...multipleChoicePrompt(question, prompting, officialCandidates),
    expected: optionLetter(gold),
    ...(!isFreeText(prompting) && { choices: letterChoices(options.length), options }),
  };
}
