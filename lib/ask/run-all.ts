import { setMaxListeners } from "node:events";
import { errorCode, SteeringError, type ErrorCode, type ErrorDetails } from "../errors";
import type { Engine, RunRequest, RunResult } from "../model/engine";

/** A run and what it is called in an error. */
export interface NamedRun extends RunRequest {
  readonly name: string;
}

export interface RunAllOptions {
  /** Called as each run ends. What it throws ends the others. */
  readonly onDone?: ((index: number, result: RunResult) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs all of them, queued together; results are in the order of `runs`.
 *
 * @throws the first failure, with the run's name, once all the others have ended too; the signal's reason as soon as it is
 * aborted: the decode step under way, which may take seconds, ends when the engine is disposed of
 */
export async function runAll(
  engine: Engine,
  runs: readonly NamedRun[],
  { onDone, signal }: RunAllOptions = {},
): Promise<RunResult[]> {
  const failure = new AbortController();
  const either = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
  setMaxListeners(0, either); // one listener a run is no leak: they end together
  const started = start(engine, runs, either);
  const ended = Promise.allSettled(
    started.map(async (result, i) => {
      try {
        const ended = await result;
        onDone?.(i, ended);
        return ended;
      } catch (error) {
        if (!either.aborted) failure.abort(named(runs[i]!, error));
        throw error;
      }
    }),
  );
  const results = await unlessAborted(ended, signal);
  either.throwIfAborted();
  return results.map((result) => (result as PromiseFulfilledResult<RunResult>).value);
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

function start(engine: Engine, runs: readonly NamedRun[], signal: AbortSignal): Promise<RunResult>[] {
  try {
    return engine.runTogether(
      runs.map(({ prompt, branches }) => ({ prompt, branches })),
      { signal },
    );
  } catch (error) {
    const index = (error as { details?: { run?: unknown } } | undefined)?.details?.run;
    const run = typeof index === "number" ? runs[index] : undefined;
    throw run ? named(run, error) : error;
  }
}

function named({ name }: NamedRun, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  const { message, details } = error as { message: string; details?: ErrorDetails };
  return new SteeringError(code as ErrorCode, `${name}: ${message}`, { ...details, run: name }, { cause: error });
}
