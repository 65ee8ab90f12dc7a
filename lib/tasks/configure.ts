import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf, text } from "../arguments/kinds";
import { integer, yesOrNo } from "../options/kinds";
import { task as aTask } from "./kinds";
import { invalidArgument } from "../errors";
import type { Scorer } from "../score/scorer";
import type { Task } from "./task";
import { asNothingIsWritten, requireWritten, triesChoices } from "./tries-choices";

/** What of a task can be chosen when it is run. */
export interface TaskChoices {
  /** Name of one of the task's scorers. @default its first */
  readonly scorer?: string;
  /** Whether the answer's first token must be that of one of the question's choices. @default false */
  readonly constrained?: boolean;
  /** Most tokens of an answer, where answers are generated. @default the task's */
  readonly maxTokens?: number;
}

const configureArguments = z.object({
  task: aTask(),
  choices: optionsOf({
    scorer: text().optional(),
    constrained: yesOrNo().optional(),
    maxTokens: integer(1).optional(),
  }),
});

/**
 * The task with another scorer in the first place, another length of answers, or answers held to the choices.
 * @throws ERR_INVALID_ARGUMENT also where the scorer tries whole choices, and how the task is asked has no prompt for that
 */
export function configureTask(task: Task, choices: TaskChoices): Task {
  checkArguments(configureArguments, { task, choices });
  const { scorer, constrained = false, maxTokens = task.maxTokens } = choices;
  if (task.kind === "choice" && maxTokens !== 1) {
    throw invalidArgument("maxTokens", `1, as one token is the answer in task ${task.name}`, maxTokens);
  }
  const scorers = scorer === undefined ? task.scorers : withFirst(task, scorer);
  const configured = { ...task, scorers, maxTokens, ...(constrained && { constrained }) };
  if (triesChoices(configured)) checkTrying(configured, choices);
  return configured;
}

function checkTrying(task: Task, { maxTokens }: TaskChoices): void {
  if (task.constrained) requireWritten(task);
  if (maxTokens !== undefined) throw invalidArgument("maxTokens", `none, ${asNothingIsWritten(task)}`, maxTokens);
  const { promptStyle, chainOfThought } = task.asked ?? {};
  if (chainOfThought) throw invalidArgument("chainOfThought", `false, ${asNothingIsWritten(task)}`, chainOfThought);
  if (promptStyle === "official") {
    const expected = `"clean" or "chat" with scorer ${task.scorers[0].name}: the published code lists the options`;
    throw invalidArgument("promptStyle", expected, promptStyle);
  }
}

function withFirst({ name, scorers }: Task, wanted: string): Task["scorers"] {
  const first = scorers.find((scorer) => scorer.name === wanted);
  const names = scorers.map((scorer) => scorer.name).join(", ");
  if (!first) throw invalidArgument("scorer", `one of task ${name}: ${names}`, wanted);
  return [first, ...scorers.filter((scorer: Scorer) => scorer !== first)];
}
