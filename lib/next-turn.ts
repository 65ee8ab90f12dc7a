import { setImmediate } from "node:timers/promises";

/**
 * Lets what waits have its turn, between two parts of a long computation: an interrupt, a timer.
 * @throws the signal's reason after an abort
 */
export async function nextTurn(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

/** `items.map(compute)`, for what takes a while each. @throws as `nextTurn` */
export async function mapInTurns<T, R>(
  items: Iterable<T>,
  compute: (item: T, index: number) => R,
  signal: AbortSignal | undefined,
): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) {
    await nextTurn(signal);
    results.push(compute(item, results.length));
  }
  return results;
}
