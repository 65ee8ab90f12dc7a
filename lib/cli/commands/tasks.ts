import type { Command } from "commander";
import { findTask, taskNames } from "../../tasks/find-task";
import type { Task } from "../../tasks/task";
import { interruptible } from "../interruptible";
import { printJson, printLines, table } from "../output";
import { byteText } from "../progress-text";

export function addTasks(command: Command): void {
  command.option("--json", "print the list as one JSON document").action(interruptible(run));
}

async function run(_signal: AbortSignal, { json }: { json?: true }): Promise<void> {
  const tasks = await Promise.all(taskNames.map(findTask));
  if (json) printJson(tasks.map(described));
  else
    printLines(
      table([["task", "data set of the hub", "licence", "about", "scorers"], ...tasks.map(cells)], [0, 1, 2, 4]),
    );
}

function described({ name, kind, scorers, published }: Task) {
  const { files: _, ...data } = published ?? {};
  return { name, kind, scorers: scorers.map((scorer) => scorer.name), data: published ? data : null };
}

function cells({ name, scorers, published }: Task): string[] {
  const [first, ...others] = scorers.map((scorer) => scorer.name);
  const scored = others.length > 3 ? `${first} and ${others.length} more` : [first, ...others].join(", ");
  if (!published) return [name, "none: --data names a file", "", "", scored];
  const { repository, licence, sizeBytes } = published;
  return [name, repository, licence, byteText(sizeBytes), scored];
}
