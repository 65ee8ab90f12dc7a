import { invalidArgument, SteeringError } from "../../errors";
import { requireOptional } from "../../optional-package";

/** What is used of ioredis, an optional peer. */
export interface Ioredis {
  readonly Redis: new (url: string, options: object) => Client;
}
interface Client {
  on(event: "error", listener: (error: Error) => void): unknown;
  connect(): Promise<void>;
  ping(): Promise<unknown>;
  disconnect(): void;
}

/** A server that has queues. The password is nowhere but in `url`. */
export interface RedisServer {
  readonly url: string;
  /** For messages. */
  readonly name: string;
}

const FORM = "redis://[user:password@]host[:port][/database], or rediss:// with TLS";
const CONNECT_MS = 10_000;

/**
 * @param url its password may be left to `REDISCLI_AUTH`, as Redis' own client has it: other users see a command line
 * @throws ERR_INVALID_ARGUMENT, which does not quote it
 */
export function redisServer(url: string, { REDISCLI_AUTH = "" }: NodeJS.ProcessEnv = process.env): RedisServer {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.hostname === undefined || parsed.hostname === "" || !/^rediss?:$/.test(parsed.protocol))
    throw invalidArgument("redis", FORM, "text of another form");
  const name = `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
  if (parsed.password === "") parsed.password = encodeURIComponent(REDISCLI_AUTH);
  return { url: parsed.href, name };
}

/**
 * A queue waits for a server that is away, as one may be restarted: one that was never there is told of.
 *
 * @throws ERR_RUN_INCOMPLETE with the server's name and why; ERR_MISSING_PACKAGE
 */
export async function reach(
  { url, name }: RedisServer,
  { Redis } = requireOptional("ioredis", "a queue of shards needs") as Ioredis,
): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: CONNECT_MS });
  let first: Error | undefined;
  client.on("error", (error) => (first ??= error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    const { code, message } = (first ?? error) as NodeJS.ErrnoException;
    const reason = code ?? message; // and no cause: it has the commands that were sent, and the password in them
    throw new SteeringError("ERR_RUN_INCOMPLETE", `cannot reach ${name}: ${reason}`, { redis: name, reason });
  } finally {
    client.disconnect();
  }
}
