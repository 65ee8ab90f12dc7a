/** Reads a generator to its end. @returns its own result */
export async function drained<T, R>(items: AsyncGenerator<T, R>, each: (item: T) => void): Promise<R> {
  for (;;) {
    const next = await items.next();
    if (next.done) return next.value;
    each(next.value);
  }
}
