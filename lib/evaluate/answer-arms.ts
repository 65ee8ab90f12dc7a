import type { Sample } from "../data/sample";
import type { Engine } from "../model/engine";
import type { Task } from "../tasks/task";
import { PROMPT_ONLY, type PlannedArm } from "./arms";
import { runArms, type RunArmsOptions } from "../ask/run-arms";
import type { PlannedOutcome } from "./summary";

export interface AnswerArmsOptions extends RunArmsOptions {
  readonly samples: readonly Sample[];
}

/** Runs each different arm once, and gives the others the answers of the arm that they are the same as. @throws as `runArms` */
export async function answerArms(
  engine: Engine,
  task: Task,
  planned: readonly PlannedArm[],
  { samples, ...work }: AnswerArmsOptions,
): Promise<PlannedOutcome[]> {
  const forks = planned.filter(({ sameAs }) => sameAs === null);
  const outcomes = await runArms(engine, task, samples, forks, work);
  return planned.map((arm) => ({
    ...outcomes.find((outcome) => outcome.arm.name === (arm.sameAs ?? arm.name))!,
    arm,
  }));
}

/** @param instructed the questions, each after an instruction: asked once without steering */
export async function answerInstructed(
  engine: Engine,
  task: Task,
  instructed: readonly Sample[],
  work: RunArmsOptions,
): Promise<PlannedOutcome> {
  const [asked] = await runArms(engine, task, instructed, [PROMPT_ONLY], work);
  return { ...asked!, arm: PROMPT_ONLY };
}
