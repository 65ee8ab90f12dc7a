import { SteeringError } from "../errors";

/** ERR_FILE_FORMAT of a file that is not what it ought to be. */
export function formatError(path: string, reason: string, cause?: unknown): SteeringError {
  return new SteeringError("ERR_FILE_FORMAT", `${path}: ${reason}`, { path, reason }, { cause });
}
