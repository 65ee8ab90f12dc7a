import { mean } from "../statistics/mean";
import type { BranchResult } from "../model/engine";
import type { Task } from "../tasks/task";
import { isReadable, type Scorable, type Scored } from "./score-answers";

/** A scored answer, and how it ended. */
export interface ScoredAnswer extends Scorable {
  readonly scored: Scored;
  readonly result: Pick<BranchResult, "stopReason">;
}

/** What there is to count in a few answers. */
export interface Tally {
  readonly n: number;
  /** How many have something that the scorer can score, right or wrong. */
  readonly readable: number;
  readonly empty: number;
  /** How many generated answers were ended by the most tokens that they may have. */
  readonly cutOff: number;
  /** How many have a score above 0. */
  readonly right: number;
  readonly meanScore: number;
}

/** What makes a scoring doubtful: under half of the answers can be read, none is right, all are. */
export type Doubt = "unreadable" | "none-right" | "all-right";

/** @throws ERR_TASK when the scorer throws */
export function tally(task: Task, answers: readonly ScoredAnswer[]): Tally {
  const count = (is: (answer: ScoredAnswer) => boolean) => answers.filter(is).length;
  return {
    n: answers.length,
    readable: count((answer) => isReadable(task, answer)),
    empty: count(({ answer }) => answer.completion.trim() === ""),
    cutOff: task.kind === "choice" ? 0 : count(({ result }) => result.stopReason === "length"),
    right: count(({ scored }) => scored.score > 0),
    meanScore: mean(answers.map(({ scored }) => scored.score)),
  };
}

export function doubtsOf({ n, readable, right, meanScore }: Tally): Doubt[] {
  return [
    ...(2 * readable < n ? ["unreadable" as const] : []),
    ...(right === 0 ? ["none-right" as const] : []),
    ...(meanScore === 1 ? ["all-right" as const] : []),
  ];
}
