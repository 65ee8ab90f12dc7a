import { extname } from "node:path";
import { invalidArgument } from "../errors";
import { bbq, bbqAmbig, bbqDisambig } from "./bbq";
import { gsm8k } from "./gsm8k";
import { jsonl, jsonlChoice } from "./jsonl";
import { mmlu } from "./mmlu";
import { loadTaskModule } from "./module";
import type { Task } from "./task";
import { xstest } from "./xstest";

const TASKS: readonly Task[] = [mmlu, bbq, bbqAmbig, bbqDisambig, gsm8k, xstest, jsonl, jsonlChoice];

/** What `findTask` knows by name. */
export const taskNames: readonly string[] = TASKS.map((task) => task.name);

/**
 * The task of that name, or the one that a `.ts`, `.js` or `.mjs` file defines.
 *
 * @throws ERR_INVALID_ARGUMENT for an unknown name; ERR_TASK for a file that defines none.
 */
export async function findTask(nameOrPath: string): Promise<Task> {
  if ([".ts", ".js", ".mjs"].includes(extname(nameOrPath))) return loadTaskModule(nameOrPath);
  const task = TASKS.find(({ name }) => name === nameOrPath);
  if (!task) throw invalidArgument("task", `one of ${taskNames.join(", ")}, or a .ts, .js or .mjs file`, nameOrPath);
  return task;
}
