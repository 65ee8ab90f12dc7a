/** What becomes of each item, and at the end the generator's own result. */
export async function* mapped<T, U, R>(
  items: AsyncGenerator<T, R>,
  each: (item: T) => Iterable<U>,
): AsyncGenerator<U, R, undefined> {
  try {
    for (;;) {
      const next = await items.next();
      if (next.done) return next.value;
      yield* each(next.value);
    }
  } finally {
    await items.return(undefined as never);
  }
}
