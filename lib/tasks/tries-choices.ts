import type { Sample } from "../data/sample";
import { invalidArgument } from "../errors";
import type { Task } from "./task";

/** Whether whole choices are tried as the answer, one by one, in place of one being written: its scorer says so. */
export function triesChoices({ scorers: [scorer] }: Pick<Task, "scorers">): boolean {
  return scorer.weigh !== undefined;
}

/** How many forks of a prompt an answer takes, at most. */
export function forksOfAnswer(task: Task, samples: readonly Sample[]): number {
  return triesChoices(task) ? Math.max(1, ...samples.map(({ choices = [] }) => choices.length)) : 1;
}

/** Only what is written can be held to the choices. @throws ERR_INVALID_ARGUMENT */
export function requireWritten(task: Task): void {
  if (triesChoices(task)) throw invalidArgument("constrained", `false, ${asNothingIsWritten(task)}`, true);
}

/** For messages. */
export function asNothingIsWritten({ scorers: [{ name }] }: Pick<Task, "scorers">): string {
  return `as scorer ${name} tries whole choices, and nothing is written`;
}
