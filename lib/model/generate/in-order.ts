import { errorCode } from "../../errors";

/**
 * What becomes of each item, in order, with at most `most` of them in work. The next item is asked for as soon as there is
 * room, and nothing waits for it: an item may depend on a result. Leaving the loop aborts what is in work.
 *
 * @throws what `items` throws; the signal's reason; what a work throws once that is disposed of which it needs
 */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T, signal: AbortSignal) => Promise<R>,
  most: number,
  signal?: AbortSignal,
): AsyncGenerator<PromiseSettledResult<R>> {
  const left = new AbortController();
  const either = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
  const aborted = rejectionOf(either);
  const source = iteratorOf(items);
  const inWork: Promise<PromiseSettledResult<R>>[] = [];
  let next: Promise<IteratorResult<T>> | undefined;
  let ended = false;
  try {
    for (;;) {
      either.throwIfAborted();
      if (!ended && inWork.length < most) next ??= Promise.resolve(source.next());
      const first = inWork[0];
      if (!first && !next) return;
      const arrived = await Promise.race([
        ...(first ? [first.then((result) => ({ result }))] : []),
        ...(next ? [next.then((item) => ({ item }))] : []),
        aborted,
      ]);
      if ("result" in arrived) {
        void inWork.shift();
        const { result } = arrived;
        either.throwIfAborted();
        if (result.status === "rejected" && errorCode(result.reason) === "ERR_DISPOSED") throw result.reason;
        yield result;
      } else {
        next = undefined;
        if (arrived.item.done) ended = true;
        else inWork.push(settled(work(arrived.item.value, either)));
      }
    }
  } finally {
    left.abort();
    next?.catch(() => {});
    if (!ended) void Promise.resolve(source.return?.()).catch(() => {}); // it may be waiting for what never comes
  }
}

function iteratorOf<T>(items: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

async function settled<R>(work: Promise<R>): Promise<PromiseSettledResult<R>> {
  return (await Promise.allSettled([work]))[0];
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
  aborted.catch(() => {});
  return aborted;
}
