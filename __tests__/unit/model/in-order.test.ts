import { setTimeout as sleep } from "node:timers/promises";
import { inOrder } from "../../../lib/model/generate/in-order";

async function values<R>(results: AsyncIterable<PromiseSettledResult<R>>): Promise<(R | string)[]> {
  const found: (R | string)[] = [];
  for await (const result of results) {
    found.push(result.status === "fulfilled" ? result.value : (result.reason as Error).message);
  }
  return found;
}

it("gives results in order, whatever ends first, with no more in work than allowed", async () => {
  let inWork = 0;
  let most = 0;
  const work = async (ms: number) => {
    most = Math.max(most, ++inWork);
    await sleep(ms);
    inWork--;
    return ms;
  };
  expect(await values(inOrder([9, 1, 5, 1, 3, 1], work, 3))).toEqual([9, 1, 5, 1, 3, 1]);
  expect(most).toBe(3);
});

it("goes on after one that fails", async () => {
  const work = (n: number) => (n === 2 ? Promise.reject(new Error("no 2")) : Promise.resolve(n));
  expect(await values(inOrder([1, 2, 3], work, 2))).toEqual([1, "no 2", 3]);
});

it("gives a result before the next item is there", async () => {
  let answered = (_: number) => {};
  async function* dependent() {
    yield 1;
    yield 1 + (await new Promise<number>((resolve) => (answered = resolve)));
  }
  const seen: number[] = [];
  for await (const result of inOrder(dependent(), (n) => Promise.resolve(n), 4)) {
    const { value } = result as PromiseFulfilledResult<number>;
    seen.push(value);
    answered(value);
  }
  expect(seen).toEqual([1, 2]);
});

it("aborts what is in work when the loop is left, and closes its source", async () => {
  let closed = false;
  let aborted = 0;
  function* endless() {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      closed = true;
    }
  }
  const work = (n: number, signal: AbortSignal) => {
    signal.addEventListener("abort", () => aborted++);
    return n === 0 ? Promise.resolve(n) : new Promise<never>(() => {});
  };
  for await (const _ of inOrder(endless(), work, 3)) break;

  expect({ closed, aborted: aborted > 0 }).toEqual({ closed: true, aborted: true });
});

it("throws the signal's reason, even while a source waits for ever", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  async function* silent(): AsyncGenerator<number> {
    await new Promise<never>(() => {});
    yield 1;
  }
  const waiting = values(inOrder(silent(), (n) => Promise.resolve(n), 2, controller.signal));
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

it("throws what its source throws", async () => {
  function* broken() {
    yield 1;
    throw new Error("unreadable");
  }
  await expect(values(inOrder(broken(), (n) => Promise.resolve(n), 1))).rejects.toThrow("unreadable");
});

it("throws for a signal that was aborted before", async () => {
  const reason = new Error("enough");
  await expect(values(inOrder([1], (n) => Promise.resolve(n), 1, AbortSignal.abort(reason)))).rejects.toBe(reason);
});
