import type { Sample } from "../data/sample";
import { invalidArgument, SteeringError } from "../errors";
import type { Task } from "../tasks/task";
import { requireWritten } from "../tasks/tries-choices";

/** @param purpose for the message: "to collect", "to validate on" @throws ERR_DATASET_FORMAT when there are none */
export function requireSamples(task: Task, samples: readonly Sample[], purpose: string): void {
  if (samples.length > 0) return;
  throw new SteeringError("ERR_DATASET_FORMAT", `task ${task.name}: there are no samples ${purpose}`, { n: 0 });
}

/**
 * What is wrong with the questions whatever is answered, said before they are asked.
 * @throws ERR_INVALID_ARGUMENT where answers are held to choices that a question has not; ERR_TASK for one that the task's
 * first scorer cannot score
 */
export function requireScorable(task: Task, samples: readonly Sample[]): void {
  if (task.constrained) {
    requireWritten(task);
    requireChoices(samples);
  }
  const [scorer] = task.scorers;
  for (const sample of samples) {
    try {
      scorer.check?.(sample);
    } catch (cause) {
      const details = { task: task.name, scorer: scorer.name, sample: sample.id };
      const reason = `sample ${sample.id} cannot be scored by ${scorer.name}: ${(cause as Error).message}`;
      throw new SteeringError("ERR_TASK", `task ${task.name}: ${reason}`, details, { cause });
    }
  }
}

/** Answers can be held to the choices of questions that have some. @throws ERR_INVALID_ARGUMENT */
export function requireChoices(samples: readonly Sample[]): void {
  const without = findWithoutChoices(samples);
  if (without) throw invalidArgument("constrained", "samples that all have choices", `sample ${without.id} without`);
}

/** The first question without choices, if there is one. */
export function findWithoutChoices(samples: readonly Sample[]): Sample | undefined {
  return samples.find(({ choices = [] }) => choices.length === 0);
}
