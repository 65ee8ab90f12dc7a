import { SteeringError } from "../errors";

/** A system error as ERR_FILE_WRITE; anything else (an error of the writer itself) as it is. */
export function writeError(path: string, error: unknown): unknown {
  const { errno, code, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (errno === undefined) return error;
  return new SteeringError(
    "ERR_FILE_WRITE",
    `cannot write ${path}: ${message}`,
    { path, reason: code },
    { cause: error },
  );
}
