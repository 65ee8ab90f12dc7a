import { underLoad } from "../../support/load";

jest.setTimeout(1_800_000);

test("2,000 requests of 64 clients with 8 profiles: none lost, none steered with another's, memory flat", async () => {
  const { done, left, lost, wrong, growthBytes, seconds } = await underLoad({
    clients: 64,
    requests: 2000,
    leaving: 0.15,
  });
  console.log(
    `${done} done, ${left} left, in ${seconds.toFixed(0)} s; memory grew by ${(growthBytes / 2 ** 20).toFixed(1)} MiB`,
  );

  expect({ lost, wrong }).toEqual({ lost: [], wrong: [] });
  expect(done + left).toBe(2000);
  expect(growthBytes).toBeLessThan(64 * 2 ** 20);
});
