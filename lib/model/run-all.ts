import { errorCode, SteeringError, type ErrorCode, type ErrorDetails } from "../errors";
import type { Engine, RunRequest, RunResult } from "./engine";

/** A run and what it is called in an error. */
export interface NamedRun extends RunRequest {
  readonly name: string;
}

/**
 * Runs all of them at once, so that the engine batches as it can, and always alike; results are in the order of `runs`.
 *
 * @throws the first failure as it is, with the run's name, once all the others have ended too
 */
export async function runAll(engine: Engine, runs: readonly NamedRun[], signal?: AbortSignal): Promise<RunResult[]> {
  const failure = new AbortController();
  const either = signal ? AbortSignal.any([signal, failure.signal]) : failure.signal;
  const running = engine.together(() =>
    runs.map(({ name, ...request }) =>
      engine.run(request, { signal: either }).catch((error: unknown) => {
        if (!failure.signal.aborted) failure.abort(signal?.aborted ? signal.reason : named(name, error));
        throw error;
      }),
    ),
  );
  const results = await Promise.allSettled(running);
  if (failure.signal.aborted) throw failure.signal.reason;
  return results.map((result) => (result as PromiseFulfilledResult<RunResult>).value);
}

function named(name: string, error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  const { message, details } = error as { message: string; details?: ErrorDetails };
  return new SteeringError(code as ErrorCode, `${name}: ${message}`, { ...details, run: name }, { cause: error });
}
