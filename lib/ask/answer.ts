import { SteeringError } from "../errors";
import type { Sample } from "../data/sample";
import type { BranchResult } from "../model/engine";
import type { LoadedModel } from "../model/loaded-model";
import { choiceTokens } from "../prompt/choice-tokens";
import { goldChoice } from "../score/choice";
import type { Answer } from "../score/scorer";

/** A sample's question as tokens, with the first token of each of its options. */
export interface Question {
  readonly sample: Sample;
  readonly prompt: Int32Array;
  /** One for each choice, in order; options that begin alike share one. */
  readonly choiceTokens: Int32Array;
}

export function askQuestion(model: LoadedModel, sample: Sample): Question {
  const parseSpecial = sample.isChat ?? false;
  const tokenize = (text: string) => model.tokenize(text, { addSpecial: false, parseSpecial });
  const firsts = choiceTokens(tokenize, sample.prompt, sample.choices ?? []);
  const none = firsts.indexOf(undefined);
  if (none >= 0) {
    throw new SteeringError("ERR_TASK", `sample ${sample.id}: choice ${none} has no token`, { sample: sample.id });
  }
  return {
    sample,
    prompt: model.tokenize(sample.prompt, { parseSpecial }),
    choiceTokens: Int32Array.from(firsts as number[]),
  };
}

/** What a scorer sees of what the model wrote. */
export function toAnswer(question: Question, { text, choiceLogProbabilities }: BranchResult): Answer {
  const margin = goldMargin(question, choiceLogProbabilities);
  return {
    completion: text,
    ...(question.sample.choices && { choiceTokens: question.choiceTokens, choiceLogProbabilities }),
    ...(margin !== undefined && { margin }),
  };
}

/**
 * The gold choice's log-probability minus that of the best other one, as first token of the answer; undefined without
 * choices, when none is the expected answer, or when nothing else is left to compare with.
 */
export function goldMargin({ sample, choiceTokens }: Question, logProbabilities: Float64Array): number | undefined {
  const gold = goldChoice(sample);
  const others = [...logProbabilities].filter((_, i) => choiceTokens[i] !== choiceTokens[gold]);
  return gold < 0 || others.length === 0 ? undefined : logProbabilities[gold]! - Math.max(...others);
}

/** Whether the answer is one of the options and nothing else; undefined without options. */
export function isFormatValid(completion: string, { choices }: Sample): boolean | undefined {
  return choices?.some((choice) => choice.trim() === completion.trim());
}
