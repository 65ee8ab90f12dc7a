import type { Task } from "../../tasks/task";

/** An arm costs a fork, as long as its answer: up to here little beside the prompt. */
const SHORT_ANSWER = 4;

export function answersAreShort({ maxTokens }: Pick<Task, "maxTokens">): boolean {
  return maxTokens <= SHORT_ANSWER;
}
