import type { Sample } from "../data/sample";
import type { Engine } from "../model/engine";
import type { Task } from "../tasks/task";
import { PROMPT_ONLY, type PlannedArm } from "./arms";
import { runArms, type RunArmsOptions } from "../ask/run-arms";
import type { PlannedOutcome } from "./summary";

export interface AnswerArmsOptions extends RunArmsOptions {
  readonly samples: readonly Sample[];
  /** The same questions, in the same order, after an instruction: asked once without steering. */
  readonly instructed?: { readonly samples: readonly Sample[] };
}

/** Runs each different arm once, and gives the others the answers of the arm that they are the same as. @throws as `runArms` */
export async function answerArms(
  engine: Engine,
  task: Task,
  planned: readonly PlannedArm[],
  { samples, instructed, onProgress, signal }: AnswerArmsOptions,
): Promise<PlannedOutcome[]> {
  const total = samples.length * (instructed ? 2 : 1);
  const from = (start: number) => ({
    onProgress: onProgress && (({ done }: { done: number }) => onProgress({ done: start + done, total })),
    signal,
  });
  const forks = planned.filter(({ sameAs }) => sameAs === null);
  const outcomes = await runArms(engine, task, samples, forks, from(0));
  const all = planned.map((arm) => ({
    ...outcomes.find((outcome) => outcome.arm.name === (arm.sameAs ?? arm.name))!,
    arm,
  }));
  if (!instructed) return all;
  const [asked] = await runArms(engine, task, instructed.samples, [PROMPT_ONLY], from(samples.length));
  return [...all, { ...asked!, arm: PROMPT_ONLY }];
}
