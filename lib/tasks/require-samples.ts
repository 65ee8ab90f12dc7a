import type { Sample } from "../data/sample";
import { invalidArgument, SteeringError } from "../errors";
import type { Task } from "./task";

/** @param purpose for the message: "to collect", "to validate on" @throws ERR_DATASET_FORMAT when there are none */
export function requireSamples(task: Task, samples: readonly Sample[], purpose: string): void {
  if (samples.length > 0) return;
  throw new SteeringError("ERR_DATASET_FORMAT", `task ${task.name}: there are no samples ${purpose}`, { n: 0 });
}

/** Answers can be held to the choices of a question that has some. @throws ERR_INVALID_ARGUMENT */
export function requireChoices(samples: readonly Sample[]): void {
  const without = samples.find(({ choices }) => choices === undefined || choices.length === 0);
  if (without) throw invalidArgument("constrained", "samples that all have choices", `sample ${without.id} without`);
}
