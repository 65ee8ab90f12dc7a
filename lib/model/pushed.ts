/**
 * What work hands over while it goes on, one by one, and at the end its result. Leaving the loop aborts the work's signal.
 *
 * @param signal ends the work too
 */
export async function* pushed<T, R>(
  work: (push: (item: T) => void, signal: AbortSignal) => Promise<R>,
  signal?: AbortSignal,
): AsyncGenerator<T, R> {
  const left = new AbortController();
  const queue: T[] = [];
  let wake = () => {};
  let done = false as boolean; // the callbacks below change it
  const push = (item: T) => {
    queue.push(item);
    wake();
  };
  const result = work(push, signal ? AbortSignal.any([signal, left.signal]) : left.signal).finally(() => {
    done = true;
    wake();
  });
  result.catch(() => {}); // it is awaited below, or nobody is left to tell
  try {
    while (!done || queue.length > 0) {
      if (queue.length > 0) yield queue.shift()!;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    return await result;
  } finally {
    left.abort();
  }
}
