import { errorCode } from "../errors";
import type { SaeFolder } from "../sae/folder";
import { ApiError } from "./errors/api-error";

/** What is wrong with a feature that a request names. */
export function ofFeature(error: unknown, param: string, saes: readonly SaeFolder[]): unknown {
  const code = errorCode(error);
  if (code !== "ERR_INVALID_ARGUMENT" && code !== "ERR_OUT_OF_RANGE") return error;
  const problem = saes.length === 0 ? "this server has no SAEs: start it with --sae" : (error as Error).message;
  return new ApiError(400, `Invalid '${param}': ${problem}.`, param, "invalid_feature", { cause: error });
}
