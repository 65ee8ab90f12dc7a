import type { Branch } from "../model/branch";
import type { BranchResult } from "../model/engine";
import type { NativeCapture } from "../native/addon";
import type { Steering } from "../steering/steering";
import { opensReasoning, reasoningMarks } from "../prompt/reasoning";
import type { Task } from "../tasks/task";
import { type AnswerResult, type Question, worthOf } from "./answer";
import { sumReceipts } from "./receipt";

/** One way of answering. */
export interface Way {
  /** @default not steered */
  readonly steering?: Steering | undefined;
  /** Whether the answer's first token must be that of one of the question's choices. @default as the task has it */
  readonly constrained?: boolean;
  /** Where the rows of an answer go, by slots that `Answered` names. @default nowhere */
  readonly capture?: (slot: number) => NativeCapture;
}

/** How many forks of its prompt an answer takes: one, or one for each choice that is tried. */
export function nForks({ tried }: Question): number {
  return tried ? tried.continuations.length : 1;
}

/** The forks that answer a question in one way. @param slot of the first */
export function forksOf(way: Way, { sample, choiceTokens, tried }: Question, slot: number, task: Task): Branch[] {
  const { steering, constrained = false, capture } = way;
  const fork = (slot: number) => ({ ...(steering && { steering }), ...(capture && { capture: capture(slot) }) });
  if (tried) return tried.continuations.map((forcedTokens, i) => ({ forcedTokens, ...fork(slot + i) }));
  const written = {
    maxTokens: task.maxTokens,
    stop: task.stop,
    choiceTokens,
    ...((constrained || task.constrained) && { allowedFirstTokens: choiceTokens }),
    ...(steering && { reasoning: reasoningMarks(opensReasoning(sample.prompt)) }),
  };
  return [{ ...written, ...fork(slot) }];
}

/**
 * The answer that came of the forks, and which of them it is. Of whole choices it is the one that is worth most, of equal
 * ones the first; its receipt is of all that were tried.
 */
export function answerOf(
  question: Question,
  forks: readonly BranchResult[],
): { readonly result: AnswerResult; readonly fork: number } {
  if (!question.tried) return { result: forks[0]!, fork: 0 };
  const sums = Float64Array.from(forks, (fork) => fork.forcedLogProbabilities.reduce((sum, log) => sum + log, 0));
  const worth = worthOf(question, sums);
  const best = worth.indexOf(Math.max(...worth));
  const result = {
    tokens: forks[best]!.tokens,
    text: question.sample.choices![best]!,
    stopReason: "end" as const,
    choiceLogProbabilities: sums,
    receipt: sumReceipts(forks.map(({ receipt }) => receipt)),
  };
  return { result, fork: best };
}
