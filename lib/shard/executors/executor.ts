import type { StoredPlan } from "../plan";

/** How many workers there are in each state, as the engine calls it. */
export type WorkerStates = Readonly<Record<string, number>>;

/** What workers are to do. */
export interface Submission {
  readonly plan: StoredPlan;
  readonly workers: number;
  /** Arguments of `shard work` beside the plan and the worker's number. */
  readonly args: readonly string[];
}

/** Starts workers of a plan, which need nothing of each other: only what is missing is done, whoever starts them how often. */
export interface Executor {
  /** @returns what it started, by the engine's own names */
  submit(submission: Submission): Promise<readonly string[]>;
  /** Of what `submit` named. */
  status(names: readonly string[]): Promise<WorkerStates>;
  cancel(names: readonly string[]): Promise<void>;
}
