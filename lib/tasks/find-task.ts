import { checkPaths } from "../arguments/check";
import { extname } from "node:path";
import { invalidArgument } from "../errors";
import { advbench } from "./advbench";
import { arc } from "./arc";
import { bbq, bbqAmbig, bbqDisambig } from "./bbq";
import { gsm8k } from "./gsm8k";
import { harmbench } from "./harmbench";
import { jsonl, jsonlChoice } from "./jsonl";
import { mmlu } from "./mmlu";
import { mmluPro } from "./mmlu-pro";
import { loadTaskModule } from "./module";
import { openbookqa } from "./openbookqa";
import { simpleqa } from "./simpleqa";
import type { Task } from "./task";
import { truthfulqa } from "./truthfulqa";
import { xstest } from "./xstest";

const TASKS: readonly Task[] = [
  ...[mmlu, mmluPro, bbq, bbqAmbig, bbqDisambig, gsm8k, simpleqa, harmbench, xstest],
  ...[truthfulqa, arc, openbookqa, advbench],
  ...[jsonl, jsonlChoice],
];

/** What `findTask` knows by name. */
export const taskNames: readonly string[] = TASKS.map((task) => task.name);

/**
 * The task of that name, or the one that a `.ts`, `.js` or `.mjs` file defines.
 *
 * @throws ERR_INVALID_ARGUMENT for an unknown name; ERR_TASK for a file that defines none.
 */
export async function findTask(nameOrPath: string): Promise<Task> {
  checkPaths({ nameOrPath });
  if ([".ts", ".js", ".mjs"].includes(extname(nameOrPath))) return loadTaskModule(nameOrPath);
  const task = TASKS.find(({ name }) => name === nameOrPath);
  if (!task) throw invalidArgument("task", `one of ${taskNames.join(", ")}, or a .ts, .js or .mjs file`, nameOrPath);
  return task;
}
