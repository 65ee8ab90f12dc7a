import { inspect } from "node:util";
import { SteeringError } from "../errors";
import type { Sample } from "../data/sample";
import type { BranchResult } from "../model/engine";
import type { LoadedModel } from "../model/loaded-model";
import { choiceTokens } from "../prompt/choice-tokens";
import { continued } from "../prompt/continuations";
import { opensReasoning, partReasoning } from "../prompt/reasoning";
import { goldChoice } from "../score/choice";
import type { Answer, Scorer } from "../score/scorer";
import type { Task } from "../tasks/task";
import { triesChoices } from "../tasks/tries-choices";

/** A sample's question as tokens, with the first token of each of its options. */
export interface Question {
  readonly sample: Sample;
  readonly prompt: Int32Array;
  /** One for each choice, in order; options that begin alike share one. */
  readonly choiceTokens: Int32Array;
  /** Where whole choices are tried: all tokens of each, and who says what it is worth. */
  readonly tried?: { readonly continuations: readonly Int32Array[]; readonly scorer: Scorer };
}

/** What of a branch's result an answer is made of. */
export type AnswerResult = Pick<BranchResult, "tokens" | "text" | "stopReason" | "choiceLogProbabilities" | "receipt">;

/** @throws ERR_TASK for a choice without a token */
export function askQuestion(model: LoadedModel, task: Task, sample: Sample): Question {
  const { choices = [], isChat: parseSpecial = false } = sample;
  if (triesChoices(task)) {
    const tokenize = (text: string) => model.tokenize(text, { parseSpecial });
    const { prompt, continuations } = continued(tokenize, sample.prompt, choices);
    const firsts = firstTokens(
      sample,
      continuations.map(([first]) => first),
    );
    return { sample, prompt, choiceTokens: firsts, tried: { continuations, scorer: task.scorers[0] } };
  }
  const tokenize = (text: string) => model.tokenize(text, { addSpecial: false, parseSpecial });
  const firsts = firstTokens(sample, choiceTokens(tokenize, sample.prompt, choices));
  return { sample, prompt: model.tokenize(sample.prompt, { parseSpecial }), choiceTokens: firsts };
}

function firstTokens({ id }: Sample, firsts: readonly (number | undefined)[]): Int32Array {
  const none = firsts.indexOf(undefined);
  if (none < 0) return Int32Array.from(firsts as number[]);
  throw new SteeringError("ERR_TASK", `sample ${id}: choice ${none} has no token`, { sample: id });
}

/** What a scorer sees of an answer. */
export function toAnswer(
  question: Question,
  { text, choiceLogProbabilities }: Pick<AnswerResult, "text" | "choiceLogProbabilities">,
): Answer {
  const { sample, choiceTokens, tried } = question;
  const margin = goldMargin(question, choiceLogProbabilities);
  return {
    completion: tried ? text : partReasoning(text, opensReasoning(sample.prompt)).text,
    ...(sample.choices && { ...(!tried && { choiceTokens }), choiceLogProbabilities }),
    ...(margin !== undefined && { margin }),
  };
}

/**
 * The gold choice's log-probability, or what it is worth where whole choices are tried, minus that of the best other one;
 * undefined without choices, when none is the expected answer, or when nothing else is left to compare with.
 */
export function goldMargin(question: Question, logProbabilities: Float64Array): number | undefined {
  const { sample, choiceTokens, tried } = question;
  const gold = goldChoice(sample);
  if (gold < 0) return undefined;
  const is = (i: number) => (tried ? sample.choices![i]!.trim() : choiceTokens[i]);
  const worth = worthOf(question, logProbabilities);
  const others = worth.filter((_, i) => is(i) !== is(gold));
  return others.length === 0 ? undefined : worth[gold]! - Math.max(...others);
}

/** What each choice is worth. @throws ERR_TASK when the scorer that says it throws, or gives no finite number */
export function worthOf({ sample, tried }: Question, logProbabilities: Float64Array): number[] {
  if (!tried) return [...logProbabilities];
  const { scorer } = tried;
  try {
    return sample.choices!.map((choice, i) => finite(scorer.weigh!(choice, logProbabilities[i]!)));
  } catch (cause) {
    const reason = `sample ${sample.id}: the scorer's weigh failed (${(cause as Error).message})`;
    throw new SteeringError("ERR_TASK", reason, { scorer: scorer.name, sample: sample.id }, { cause });
  }
}

/** A JavaScript module may give anything. */
function finite(worth: unknown): number {
  if (typeof worth === "number" && Number.isFinite(worth)) return worth;
  throw new Error(`expected a finite number, got ${inspect(worth)}`);
}

/** Whether the answer is one of the options and nothing else; undefined without options. */
export function isFormatValid(completion: string, { choices }: Sample): boolean | undefined {
  return choices?.some((choice) => choice.trim() === completion.trim());
}
