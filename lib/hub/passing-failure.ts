import { setTimeout as sleep } from "node:timers/promises";
import { SteeringError, type ErrorDetails } from "../errors";

/** How long a download is tried again when it fails in a way that may pass. */
export interface Patience {
  /** Without a byte gained in between. */
  readonly attempts: number;
  readonly firstWaitMs: number;
  /** A server that asks for a longer one is told of instead. */
  readonly longestWaitMs: number;
}

export const PATIENCE: Patience = { attempts: 5, firstWaitMs: 1000, longestWaitMs: 120_000 };

/** ERR_DOWNLOAD that another attempt may not meet: a connection that was cut, a server with too much to do. */
export class PassingFailure extends SteeringError {
  constructor(
    message: string,
    details: ErrorDetails,
    /** What the server asked to wait. */
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super("ERR_DOWNLOAD", message, details, options);
  }
}

/**
 * Attempts until one succeeds, each failure that may pass followed by a longer wait, or by what the server asked for.
 *
 * @param attempt tells by `onGain` that it came further than those before
 * @throws what the last attempt threw; the signal's reason
 */
export async function persist<T>(
  attempt: (onGain: () => void) => Promise<T>,
  signal: AbortSignal | undefined,
  { attempts, firstWaitMs, longestWaitMs }: Patience,
): Promise<T> {
  let failed = 0;
  const onGain = () => {
    failed = 0;
  };
  for (;;) {
    try {
      return await attempt(onGain);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof PassingFailure) || ++failed >= attempts) throw error;
      const waitMs = error.retryAfterMs ?? firstWaitMs * 2 ** (failed - 1);
      if (waitMs > longestWaitMs) throw error;
      await sleep(waitMs, undefined, { ...(signal && { signal }) }).catch((aborted: unknown) => {
        signal?.throwIfAborted();
        throw aborted;
      });
    }
  }
}

/** Milliseconds that a Retry-After header asks for: seconds, or a date. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
