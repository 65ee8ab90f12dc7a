import { invalidArgument } from "../errors";
import type { AskedHow } from "./asked-how";
import type { Task } from "./task";

/** The task as it is when its questions are asked so. @throws ERR_INVALID_ARGUMENT where reasoning has no room */
export function askTask(task: Task, { promptStyle, chainOfThought, fewShot, category }: AskedHow): Task {
  const { name, reasonsIn = [] } = task;
  if (chainOfThought && !reasonsIn.includes(promptStyle)) {
    const styles = reasonsIn.map((style) => `"${style}"`).join(" or ");
    const otherwise = styles === "" ? "" : ` unless promptStyle is ${styles}`;
    throw invalidArgument("chainOfThought", `false for task ${name}${otherwise}`, chainOfThought);
  }
  return {
    ...task,
    ...task.under?.({ style: promptStyle, chainOfThought }),
    asked: { promptStyle, chainOfThought, fewShot, ...(category !== undefined && { category }) },
  };
}
