import type { LoadedModel } from "../model/loaded-model";
import type { Task } from "../tasks/task";
import { remedies, type Remedy } from "./remedies";
import { type Doubt, doubtsOf, type ScoredAnswer, tally, type Tally } from "./tally";

/** What a few answers say of whether asking and scoring work. */
export interface Look extends Tally {
  readonly scorer: string;
  /** The first three. */
  readonly examples: readonly LookExample[];
  /** None where all seems well. */
  readonly doubts: readonly Doubt[];
  readonly mayHelp: readonly Remedy[];
}

export interface LookExample {
  readonly id: string;
  readonly completion: string;
  readonly expected: string;
  readonly score: number;
}

const N_EXAMPLES = 3;

/** @throws ERR_TASK when the scorer throws */
export async function look(model: LoadedModel, task: Task, answers: readonly ScoredAnswer[]): Promise<Look> {
  const counts = tally(task, answers);
  const doubts = doubtsOf(counts);
  const examples = answers.slice(0, N_EXAMPLES).map(({ sample, answer, scored }) => {
    const { id, expected } = sample;
    return { id, completion: answer.completion, expected, score: scored.score };
  });
  const mayHelp = await remedies(model, task, answers, counts, doubts);
  return { scorer: task.scorers[0].name, ...counts, examples, doubts, mayHelp };
}
