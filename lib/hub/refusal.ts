import { SteeringError, type ErrorCode } from "../errors";
import { hubEndpoint } from "./environment";
import { PassingFailure, retryAfterMs } from "./passing-failure";
import { referenceText, type HubReference } from "./reference";
import type { Answer } from "./request";

/** It may do better the next time. */
const PASSING: readonly number[] = [408, 425, 429, 500, 502, 503, 504];
/** Of what a server says of itself. */
const LONGEST = 200;

/** Why the hub did not give what was asked for, and what to do. */
export function hubRefusal({ status, headers }: Pick<Answer, "status" | "headers">, asked: HubReference): Error {
  const { type, repository, revision, path = "" } = asked;
  const what = referenceText(asked);
  const said = headers["x-error-message"]?.slice(0, LONGEST);
  const details = { reference: what, status, ...(said !== undefined && { said }) };
  const fail = (code: ErrorCode, reason: string) => new SteeringError(code, `${what}: ${reason}`, details);
  const page = `${hubEndpoint()}/${type === "dataset" ? "datasets/" : ""}${repository}`;
  const login = "set HF_TOKEN to a token of that account (from huggingface.co/settings/tokens)";
  const known = new Map<string | undefined, [ErrorCode, string]>(
    Object.entries({
      GatedRepo: ["ERR_HUB_ACCESS", `its licence has to be accepted first: do so at ${page}, and ${login}`],
      RepoNotFound: ["ERR_HUB_NOT_FOUND", `the hub has no ${type} ${repository}, or it is private: then ${login}`],
      RevisionNotFound: ["ERR_HUB_NOT_FOUND", `${repository} has no branch, tag or commit ${revision}`],
      EntryNotFound: ["ERR_HUB_NOT_FOUND", `${repository} has no ${path} at ${revision}`],
    }),
  );
  const told = known.get(headers["x-error-code"]);
  if (told) return fail(...told);
  if (status === 401) return fail("ERR_HUB_ACCESS", `the hub wants another token: ${said ?? "HTTP 401"}`);
  if (status === 403) return fail("ERR_HUB_ACCESS", `the hub refuses it: ${said ?? "HTTP 403"}`);
  if (status === 404) return fail("ERR_HUB_NOT_FOUND", `not on the hub (${said ?? "HTTP 404"})`);
  return otherRefusal(what, { status, headers });
}

/** The same of any server. */
export function otherRefusal(what: string, { status, headers }: Pick<Answer, "status" | "headers">): Error {
  const said = headers["x-error-message"]?.slice(0, LONGEST);
  const message = `${what}: HTTP ${status}${said === undefined ? "" : `, ${said}`}`;
  const details = { url: what, status };
  if (!PASSING.includes(status)) return new SteeringError("ERR_DOWNLOAD", message, details);
  const waitMs = retryAfterMs(headers["retry-after"]);
  const later = waitMs === undefined ? "" : `: it asks to wait ${Math.ceil(waitMs / 1000)} s`;
  return new PassingFailure(message + later, details, waitMs);
}
