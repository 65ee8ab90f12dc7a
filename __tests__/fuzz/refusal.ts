import { errorCode } from "../../lib/errors";

/** The code of an error by which the program refuses a file; undefined for a bug of ours, and for Node's errors, which say no details. */
export function refusalCode(error: unknown): string | undefined {
  const isOurs = typeof (error as { details?: unknown } | null | undefined)?.details === "object";
  const code = errorCode(error);
  return isOurs && code?.startsWith("ERR_") && code !== "ERR_INTERNAL" ? code : undefined;
}
