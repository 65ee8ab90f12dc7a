import type { Sample } from "../data/sample";
import type { Branch } from "../model/branch";
import type { BranchResult, Engine } from "../model/engine";
import type { NativeCapture, NativeSteering } from "../native/addon";
import type { Task } from "../tasks/task";
import { askQuestion, toAnswer, type Question } from "./answer";
import { runAll } from "./run-all";
import { scoreAnswers, type Scorable, type Scored } from "./score-answers";

/** One way of answering. */
export interface Way {
  /** @default not steered */
  readonly steering?: NativeSteering | undefined;
  /** Whether the answer's first token must be that of one of the question's choices. @default as the task has it */
  readonly constrained?: boolean;
  /** Where the rows of the question of this index go. @default nowhere */
  readonly capture?: (index: number) => NativeCapture;
}

/** One question, answered in one way. */
export interface Answered extends Scorable {
  readonly question: Question;
  readonly result: BranchResult;
  readonly scored: Scored;
}

export interface AskOptions {
  /** Called as each question is answered, in all ways. What it throws ends the others. */
  readonly onDone?: ((index: number, question: Question, results: readonly BranchResult[]) => void) | undefined;
  /** Scores of the first way's first answers, in whole batches, where `onDone` has had them scored. */
  readonly known?: (() => Promise<readonly Scored[]>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts all questions to the model at once, and scores what it answers: the ways of a question are forks of one prefill,
 * so they differ in nothing else. The task's scorer is ready, and can score them (`requireScorable`).
 *
 * @returns for each way the answers, in order
 * @throws as `runAll` and `scoreAnswers`; ERR_TASK for a choice without a token
 */
export async function ask(
  engine: Engine,
  task: Task,
  samples: readonly Sample[],
  ways: readonly Way[],
  { onDone, known, signal }: AskOptions = {},
): Promise<Answered[][]> {
  const questions = samples.map((sample) => askQuestion(engine.model, sample));
  const runs = questions.map((question, index) => ({
    name: `sample ${question.sample.id}`,
    prompt: question.prompt,
    branches: ways.map((way) => toBranch(way, question, index, task)),
  }));
  const results = await runAll(engine, runs, {
    onDone: (index, { branches }) => onDone?.(index, questions[index]!, branches),
    signal,
  });
  const answered: Answered[][] = [];
  for (const w of ways.keys()) {
    const given = questions.map((question, i) => {
      const result = results[i]!.branches[w]!;
      return { question, sample: question.sample, result, answer: toAnswer(question, result) };
    });
    const scored = await scoreAnswers(task, given, { ...(w === 0 && known && { known: await known() }), signal });
    answered.push(given.map((one, i) => ({ ...one, scored: scored[i]! })));
  }
  return answered;
}

function toBranch(
  { steering, constrained = false, capture }: Way,
  question: Question,
  index: number,
  task: Task,
): Branch {
  const { choiceTokens } = question;
  return {
    maxTokens: task.maxTokens,
    stop: task.stop,
    choiceTokens,
    ...(steering && { steering }),
    ...((constrained || task.constrained) && { allowedFirstTokens: choiceTokens }),
    ...(capture && { capture: capture(index) }),
  };
}
