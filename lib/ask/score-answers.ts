import { inspect } from "node:util";
import type { Sample } from "../data/sample";
import { errorMessage, SteeringError } from "../errors";
import { exactMatch } from "../score/exact-match";
import { anyChoice } from "../score/reads";
import type { Answer } from "../score/scorer";
import type { Task } from "../tasks/task";

/** An answer to be scored, and what was asked. */
export interface Scorable {
  readonly answer: Answer;
  readonly sample: Sample;
}

/** A score in [0, 1], and the numbers that came with it. */
export interface Scored {
  readonly score: number;
  readonly extras?: Readonly<Record<string, number>>;
}

/** Answers that are with the scorer at once: a classifier's batch, and a bound for one that asks a server. */
export const SCORED_TOGETHER = 32;

const isChoiceOrText = anyChoice((completion, choice) => exactMatch(completion, choice) === 1);

export interface ScoreOptions {
  /** Of the first answers, where they are known: whole batches, as what shares one may bear on what a model gives. */
  readonly known?: readonly Scored[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Scores the answers with the task's first scorer, in order.
 *
 * @throws ERR_TASK that names the sample when the scorer throws, or gives anything but a number in [0, 1] with finite
 * extras; the signal's reason after an abort
 */
export async function scoreAnswers(
  task: Task,
  scorables: readonly Scorable[],
  { known = [], signal }: ScoreOptions = {},
): Promise<Scored[]> {
  const scored = [...known];
  for (let i = known.length; i < scorables.length; i += SCORED_TOGETHER) {
    signal?.throwIfAborted();
    const batch = scorables.slice(i, i + SCORED_TOGETHER).map((scorable) => scoreOne(task, scorable));
    // All of them end before one of them is reported: none is left running behind an error.
    const results = await Promise.allSettled(batch);
    for (const result of results) {
      if (result.status === "rejected") throw result.reason;
      scored.push(result.value);
    }
  }
  return scored;
}

/**
 * Whether there is anything in the answer that the task's first scorer can score, right or wrong.
 * @throws ERR_TASK that names the sample when the scorer throws
 */
export function isReadable(task: Task, { answer, sample }: Scorable): boolean {
  const [scorer] = task.scorers;
  try {
    return scorer.reads ? scorer.reads(answer, sample) : isChoiceOrText(answer, sample);
  } catch (cause) {
    throw failure(task, sample, `the scorer's reads threw (${errorMessage(cause)})`, cause);
  }
}

async function scoreOne(task: Task, { answer, sample }: Scorable): Promise<Scored> {
  const [scorer] = task.scorers;
  const fail = (reason: string, cause?: unknown) => failure(task, sample, reason, cause);
  let result: unknown;
  try {
    result = await scorer.score(answer, sample);
  } catch (cause) {
    throw fail(`the scorer threw (${errorMessage(cause)})`, cause);
  }
  // A JavaScript module may give anything.
  const { score, extras } = isRecord(result) ? result : { score: result, extras: undefined };
  if (typeof score !== "number" || !(score >= 0 && score <= 1)) {
    throw fail(`expected a score in [0, 1], got ${shown(score)}`);
  }
  if (extras === undefined) return { score };
  if (!isRecord(extras)) throw fail(`expected extras as numbers by name, got ${shown(extras)}`);
  const stray = Object.keys(extras).find((name) => !Number.isFinite(extras[name]));
  if (stray !== undefined) throw fail(`expected a finite number as extra "${stray}", got ${shown(extras[stray])}`);
  return { score, extras: extras as Record<string, number> };
}

function failure(task: Task, sample: Sample, reason: string, cause: unknown): SteeringError {
  return new SteeringError(
    "ERR_TASK",
    `task ${task.name}, sample ${sample.id}: ${reason}`,
    { task: task.name, scorer: task.scorers[0].name, sample: sample.id },
    { cause },
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 80 });
}
