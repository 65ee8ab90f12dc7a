import { simulate } from "./simulation";
import { SIMULATIONS } from "./simulations";

/** `npm run check:inference` has ten times as many. */
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

jest.setTimeout(300_000);

test.each(SIMULATIONS)("$claim: $truth", async (simulation) => {
  const rates = await simulate(simulation, SEEDS);
  expect(rates.filter(({ verdict }) => verdict === "broken")).toEqual([]);
});
