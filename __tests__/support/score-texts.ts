import type { Sample } from "../../lib/data/sample";
import { scoreAnswers } from "../../lib/ask/score-answers";
import type { Task } from "../../lib/tasks/task";

/** What the task's first scorer gives for each text as answer to the same question. */
export async function scoreTexts(task: Task, completions: readonly string[], sample: Partial<Sample>) {
  const asked = { id: "q", prompt: "?", expected: "", ...sample };
  const scored = await scoreAnswers(
    task,
    completions.map((completion) => ({ answer: { completion }, sample: asked })),
  );
  return scored.map(({ score }) => score);
}
