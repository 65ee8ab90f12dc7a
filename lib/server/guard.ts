import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import type { App } from "./app";
import { invalidArgument } from "../errors";
import { ApiError } from "./errors/api-error";

/** Whether only this machine's own programs can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}

/** What is wrong with who asks. */
type Guard = (request: FastifyRequest) => ApiError | undefined;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Whether it answers without a key. */
    isPublic?: boolean;
  }
}

interface GuardOptions {
  readonly host: string;
  readonly apiKey?: string | undefined;
  readonly insecure: boolean;
}

/**
 * Lets in who may: whoever has the key, or without one this machine's own programs.
 *
 * @throws ERR_INVALID_ARGUMENT for a host that others reach, without a key and without being told that this is meant
 */
export function addGuards(app: App, { host, apiKey, insecure }: GuardOptions): void {
  if (!isLoopback(host) && apiKey === undefined && !insecure) throw unsafe(host);
  const guard = apiKey === undefined ? (isLoopback(host) ? hostGuard : undefined) : keyGuard(apiKey);
  if (!guard) return;
  app.addHook("onRequest", (request, _reply, done) => {
    done(request.routeOptions.config.isPublic ? undefined : guard(request));
  });
}

/** Lets those pass that send the key as bearer token. The comparison takes as long whatever is sent. */
function keyGuard(apiKey: string): Guard {
  const expected = digest(apiKey);
  return ({ headers: { authorization = "" } }) => {
    const [, sent = ""] = /^Bearer (.*)$/i.exec(authorization) ?? [];
    if (timingSafeEqual(digest(sent), expected)) return undefined;
    const problem = authorization === "" ? "You didn't provide an API key." : "Incorrect API key provided.";
    const how = "Send it as: Authorization: Bearer YOUR_KEY.";
    return new ApiError(401, `${problem} ${how}`, null, "invalid_api_key");
  };
}

/**
 * For a server of this machine alone that asks for no key: a page of the web whose name was made to mean 127.0.0.1 is
 * refused, as its requests name its own host.
 */
const hostGuard: Guard = ({ host }) => {
  if (isLoopback(host.replace(/:\d+$/, ""))) return undefined;
  return new ApiError(403, "This server answers requests to localhost alone.", null, "host_not_allowed");
};

function unsafe(host: string): TypeError {
  const expected = "127.0.0.1, or apiKey beside it, as others can reach it there (insecure allows it without)";
  return invalidArgument("host", expected, host);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
