import { setImmediate } from "node:timers/promises";

/**
 * Lets what waits have its turn, between two parts of a long computation: an interrupt, a timer.
 * @throws the signal's reason after an abort
 */
export async function nextTurn(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}
