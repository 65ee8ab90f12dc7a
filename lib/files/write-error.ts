import { SteeringError, systemReason } from "../errors";

/** A system error as ERR_FILE_WRITE; anything else (an error of the writer itself) as it is. */
export function writeError(path: string, error: unknown): unknown {
  const { errno, code } = (error ?? {}) as NodeJS.ErrnoException;
  if (errno === undefined) return error;
  const reason = systemReason(error);
  return new SteeringError(
    "ERR_FILE_WRITE",
    `cannot write ${path}: ${code === "ENOENT" ? reason : `${reason} (${code})`}`,
    { path, reason: code },
    { cause: error },
  );
}
