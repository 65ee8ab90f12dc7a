import { z } from "zod";
import { SteeringError } from "../../errors";
import { parseJson } from "../../files/json";
import { PATIENCE, PassingFailure, persist, type Patience, retryAfterMs } from "../../hub/passing-failure";

/** A model behind an OpenAI-compatible API. */
export interface Endpoint {
  /** Without a slash behind it; the path is `/chat/completions`. */
  readonly url: string;
  readonly model: string;
  /** Sent as the bearer token; never shown. */
  readonly key: string | undefined;
  readonly patience?: Patience;
}

const PASSING: readonly number[] = [408, 409, 425, 429, 500, 502, 503, 504];
/** Of what a server says of an error. */
const LONGEST = 200;
/** A model that writes slowly is waited for so long. */
const TIMEOUT_MS = 120_000;

const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
});
const refusal = z.object({ error: z.object({ message: z.string() }) });

/**
 * What the model answers to a message; greedy, so that a server that can answers alike each time.
 *
 * @throws ERR_DOWNLOAD with the status once attempts have run out, or for what no attempt would mend; the signal's reason
 */
export async function ask(
  endpoint: Endpoint,
  content: string,
  maxTokens: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const url = `${endpoint.url.replace(/\/+$/, "")}/chat/completions`;
  const body = JSON.stringify({
    model: endpoint.model,
    messages: [{ role: "user", content }],
    temperature: 0,
    max_tokens: maxTokens,
  });
  return await persist(() => attempt(endpoint, url, body, signal), signal, endpoint.patience ?? PATIENCE);
}

async function attempt({ key }: Endpoint, url: string, body: string, signal: AbortSignal | undefined): Promise<string> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { "content-type": "application/json", ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  let response: Response;
  let text: string;
  try {
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    response = await fetch(url, { method: "POST", headers, body, redirect: "error", signal: either });
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = timeout.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : reasonOf(cause);
    throw new PassingFailure(`${url}: ${reason}`, { url, reason }, undefined, { cause });
  }
  if (!response.ok) throw refused(url, response, said(text, key));
  const { choices } = parseJson(text, completion, (reason, cause) => {
    return new SteeringError("ERR_DOWNLOAD", `${url}: the answer is no chat completion: ${reason}`, { url }, { cause });
  });
  return choices[0]!.message.content ?? "";
}

function refused(url: string, { status, headers }: Response, reason: string): Error {
  const message = `${url}: HTTP ${status}${reason === "" ? "" : `, ${reason}`}`;
  const details = { url, status };
  if (!PASSING.includes(status)) return new SteeringError("ERR_DOWNLOAD", message, details);
  return new PassingFailure(message, details, retryAfterMs(headers.get("retry-after") ?? undefined));
}

/** What the server says of the error, without the key where it repeats that. */
function said(text: string, key: string | undefined): string {
  let message: string;
  try {
    message = refusal.parse(JSON.parse(text)).error.message;
  } catch {
    message = ""; // a page of a proxy
  }
  const shown = key === undefined ? message : message.replaceAll(key, "***");
  return shown.slice(0, LONGEST);
}

/** `fetch` itself says no more than that it failed. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
