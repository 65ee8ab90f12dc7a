import { underLoad } from "../../support/load";

// The whole of it is load.long.test.ts; this is as much as takes seconds.

test("200 requests of 32 clients with 8 profiles: none lost, none steered with another's", async () => {
  const { done, left, lost, wrong } = await underLoad({ clients: 32, requests: 200, leaving: 0.15 });

  expect({ lost, wrong }).toEqual({ lost: [], wrong: [] });
  expect(done + left).toBe(200);
  expect(left).toBeGreaterThan(5);
});
