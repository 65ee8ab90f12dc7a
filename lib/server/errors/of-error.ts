import { basename } from "node:path";
import { errorCode } from "../../errors";
import { ApiError } from "./api-error";

/** What clients are told of our own errors: those that a request can bring about. */
const STATUS: Readonly<Record<string, readonly [status: number, code: string]>> = {
  ERR_CONTEXT_FULL: [400, "context_length_exceeded"],
  ERR_INVALID_ARGUMENT: [400, "invalid_value"],
  ERR_OUT_OF_RANGE: [400, "invalid_value"],
  ERR_CHAT_TEMPLATE: [400, "invalid_chat"],
  ERR_SHAPE_MISMATCH: [400, "invalid_steering"],
  ERR_GRAMMAR: [400, "invalid_grammar"],
  ERR_NON_FINITE: [400, "invalid_steering"],
  ERR_HOOK_POINT: [400, "invalid_steering"],
  ERR_FILE_FORMAT: [400, "invalid_profile"],
  ERR_DISPOSED: [503, "server_ending"],
};

/** Words of Fastify's own errors, by its codes; the others' are left. */
const FRAMEWORK: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "The request is larger than this server takes.",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "Send JSON, with the header content-type: application/json.",
  FST_ERR_CTP_EMPTY_JSON_BODY: "We could not parse the JSON body of your request: it is empty.",
  FST_ERR_CTP_INVALID_JSON_BODY: "We could not parse the JSON body of your request.",
};

/** An error as a client is told of it. Of what is a bug of ours it is told nothing. */
export function ofError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { message, statusCode } = error as { message: string; statusCode?: number };
  const code = errorCode(error);
  const own = code === undefined ? undefined : STATUS[code];
  if (own) return new ApiError(own[0], withoutFolder(error as Error), null, own[1], { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new ApiError(statusCode, FRAMEWORK[code ?? ""] ?? message, null, null, { cause: error });
  }
  return new ApiError(500, "The server had an error while processing your request.", null, null, { cause: error });
}

/** Where files lie is not a client's affair. */
function withoutFolder(error: Error & { details?: { path?: unknown } }): string {
  const path = error.details?.path;
  return typeof path === "string" ? error.message.replaceAll(path, basename(path)) : error.message;
}
