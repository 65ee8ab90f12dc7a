import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { SteeringError } from "../errors";
import { VERSION } from "../version";
import { hubEndpoint, hubToken } from "./environment";
import { undici } from "./packages";
import { PassingFailure } from "./passing-failure";

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** What came back at the end of all redirects. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The hub's own `ETag` of the file, also where it lies elsewhere: without quotes its hash. */
  readonly hash: string | undefined;
  readonly body: Readable;
}
type Headers = Readonly<Record<string, string>>;

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 5;
const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;

let dispatcher: Dispatcher | undefined;

/**
 * GETs an address, through a proxy where the environment names one. The token goes to the hub alone: another origin to
 * which it redirects gets none.
 *
 * @throws ERR_DOWNLOAD, as a `PassingFailure` where no answer came; the signal's reason
 */
export async function get(address: string, { headers = {}, signal }: Ask = {}): Promise<Answer> {
  dispatcher ??= proxied();
  const home = new URL(hubEndpoint()).origin;
  const token = new URL(address).origin === home ? await hubToken() : undefined;
  let url = new URL(address);
  let hash: string | undefined;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const isHome = url.origin === new URL(address).origin;
    const sent = {
      ...headers,
      ...(isHome && token !== undefined && { authorization: `Bearer ${token}` }),
      "accept-encoding": "identity",
      "user-agent": `corrsteer/${VERSION}`,
    };
    const response = await undici()
      .request(url, { dispatcher, headers: sent, signal: signal ?? null })
      .catch((cause: unknown) => {
        throw unanswered(address, cause, signal);
      });
    const received = flat(response.headers);
    if (isHome) hash ??= plain(received["x-linked-etag"] ?? received["etag"]);
    if (!REDIRECTS.includes(response.statusCode)) {
      return { status: response.statusCode, headers: received, hash, body: response.body };
    }
    await response.body.dump();
    url = redirected(address, url, received["location"]);
  }
  throw new SteeringError("ERR_DOWNLOAD", `${shown(address)}: more than ${MOST_REDIRECTS} redirects`, {
    url: shown(address),
  });
}

/** An address as messages have it: a signature in its query is nobody's business. */
export function shown(address: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}

/** What the connection failed with, in the middle of an answer too. */
export function unanswered(address: string, cause: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  const { message, code } = cause as NodeJS.ErrnoException;
  const url = shown(address);
  return new PassingFailure(`${url}: ${message || code || "no answer"}`, { url, reason: code }, undefined, { cause });
}

/** All of an answer's body; undefined where that is more than `mostBytes`. @throws as `unanswered` */
export async function bodyOf(
  { body }: Answer,
  address: string,
  { mostBytes, signal }: { readonly mostBytes: number; readonly signal: AbortSignal | undefined },
): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > mostBytes) return undefined;
      parts.push(part);
    }
  } catch (error) {
    throw unanswered(address, error, signal);
  }
  return Buffer.concat(parts);
}

function proxied(): Dispatcher {
  const { EnvHttpProxyAgent } = undici();
  return new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
  });
}

/** @throws ERR_DOWNLOAD where that leads out of the web, or out of its encryption */
function redirected(address: string, from: URL, location = ""): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to?.protocol === "https:" || (to?.protocol === "http:" && from.protocol === "http:")) return to;
  const url = shown(address);
  throw new SteeringError("ERR_DOWNLOAD", `${url}: redirected to something that is no https address`, { url });
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]));
}

/** Without quotes and weakness, as names of cached files have it. */
function plain(header: string | undefined): string | undefined {
  return header?.replace(/^W\//, "").replaceAll('"', "");
}
