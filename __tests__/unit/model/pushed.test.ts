import { pushed } from "../../../lib/model/pushed";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

it("gives what is pushed, in order, and the result at the end", async () => {
  const items = pushed(async (push: (n: number) => void) => {
    push(1);
    await Promise.resolve();
    push(2);
    push(3);
    return "done";
  });
  expect(await items.next()).toEqual({ done: false, value: 1 });
  expect(await all({ [Symbol.asyncIterator]: () => items })).toEqual([2, 3]);

  const ended = pushed(() => Promise.resolve("done"));
  expect(await ended.next()).toEqual({ done: true, value: "done" });
});

it("throws what the work throws, after what was pushed before", async () => {
  const items = pushed(async (push: (n: number) => void) => {
    push(1);
    await Promise.reject(new Error("no more"));
  });
  expect(await items.next()).toMatchObject({ value: 1 });
  await expect(items.next()).rejects.toThrow("no more");
});

it("aborts the work when the loop is left, and only then", async () => {
  let signal: AbortSignal | undefined;
  for await (const _ of pushed(async (push: (n: number) => void, its) => {
    signal = its;
    push(1);
    await new Promise((resolve) => {
      its.addEventListener("abort", resolve);
    });
  })) {
    expect(signal!.aborted).toBe(false);
    break;
  }
  expect(signal!.aborted).toBe(true);
});

it("passes an abort on", async () => {
  const controller = new AbortController();
  const items = pushed<never, undefined>(async (_, signal) => {
    controller.abort(new Error("enough"));
    await Promise.resolve();
    signal.throwIfAborted();
    return undefined;
  }, controller.signal);
  await expect(items.next()).rejects.toThrow("enough");
});
