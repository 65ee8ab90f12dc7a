import type { Sample } from "../../data/sample";
import { inOrders } from "../../prompt/option-orders";
import type { Task } from "../../tasks/task";
import { triesChoices } from "../../tasks/tries-choices";

/** Why questions cannot be asked with their options in other orders; undefined where some can. */
export function whyNoOrders(task: Task, samples: readonly Sample[]): string | undefined {
  if (triesChoices(task)) return "whole choices are tried";
  if (samples.some((sample) => inOrders(sample).length > 0)) return undefined;
  return `no prompt of task ${task.name} lists options that could change places`;
}
