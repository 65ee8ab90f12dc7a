/** Does the work when its result is first asked for, and again after a failure: what failed may work the next time. */
export function once<A extends unknown[], T>(work: (...asked: A) => Promise<T>): (...asked: A) => Promise<T> {
  let result: Promise<T> | undefined;
  return (...asked) =>
    (result ??= work(...asked).catch((error: unknown) => {
      result = undefined;
      throw error;
    }));
}
