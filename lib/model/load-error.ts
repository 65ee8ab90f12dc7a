import { type ErrorDetails, SteeringError, systemReason } from "../errors";

/** ERR_MODEL_LOAD, as the addon words it. */
export function modelLoadError(
  path: string,
  reason: string,
  details: ErrorDetails = {},
  cause?: unknown,
): SteeringError {
  return new SteeringError("ERR_MODEL_LOAD", `${path}: ${reason}`, { path, reason, ...details }, { cause });
}

/** A system error as ERR_MODEL_LOAD; anything else as it is. */
export function modelReadError(path: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException | null | undefined)?.errno === undefined) return error;
  return modelLoadError(path, systemReason(error), {}, error);
}
