import type { Sample } from "../data/sample";
import { splitSamples } from "../data/split";
import type { FetchOptions } from "../hub/fetch-files";
import { fetchData } from "../tasks/fetch-data";
import { findTask } from "../tasks/find-task";

const TASK = /^task:([^:]+)(?::(.+))?$/s;

/** Whether a source is the questions of a task, `task:mmlu` or `task:mmlu:folder`. */
export function isTask(from: string): boolean {
  return TASK.test(from);
}

/**
 * The questions of a task with their answers, a text each: those of the clean split's part to select on alone, which is the
 * same for every seed, so that nothing of what a run validates or tests on is seen.
 *
 * @throws as `findTask`, `fetchData` and the task's own reading
 */
export async function* taskTexts(from: string, options: FetchOptions): AsyncGenerator<string> {
  const [, name, data] = TASK.exec(from)!;
  const task = await findTask(name!);
  const { path } = await fetchData(task, data, options);
  const pool: Sample[] = [];
  for await (const sample of task.load(path)) {
    options.signal?.throwIfAborted();
    pool.push(sample);
  }
  for (const { example, prompt } of splitSamples(pool, { seed: 0 }).train)
    yield (example ? example.question + example.answer : prompt).trim();
}
