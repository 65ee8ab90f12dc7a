import { mean } from "../../lib/statistics/mean";
import { Draw } from "./draw";
import { foundBeyond, isKept } from "./sequential";
import { simulate } from "./simulation";

const MOST = 200;

/** After how many draws of such a rate it is found to be kept, of 500 times. */
function endsOf(rate: number, limit: number): number[] {
  return Array.from({ length: 500 }, (_, seed) => {
    const draw = new Draw(seed);
    let k = 0;
    for (let n = 1; n <= MOST; n++) {
      k += draw.flip(rate);
      if (isKept(k, n, limit, MOST)) return n;
    }
    return Infinity;
  });
}

test.each([0.001, 0.05, 0.2])(
  "a rate that all draws find to be beyond %p in 95 % is drawn to the end in 95 %",
  (limit) => {
    const early = endsOf(foundBeyond(limit, MOST)!, limit).filter(Number.isFinite);
    expect(early.length / 500).toBeLessThan(0.07); // by chance of 500, were it 5 %
  },
);

test.each([0.001, 0.05, 0.2])("a rate of the bound, %p, takes six tenths of the draws at most", (limit) => {
  expect(mean(endsOf(limit, limit).map((n) => Math.min(n, MOST)))).toBeLessThan(0.6 * MOST);
});

test("a wrong rate is broken though the others are kept early", async () => {
  const coin = {
    claim: "",
    truth: "",
    bounds: { often: { atMost: 0.05 }, rarely: { atMost: 0.05 }, mostly: { atLeast: 0.9 } },
    trial: (seed: number) => {
      const draw = new Draw(seed);
      return Promise.resolve({
        often: draw.flip(0.15) === 1,
        rarely: draw.flip(0.01) === 1,
        mostly: draw.flip(0.8) === 1,
      });
    },
  };
  const rates = await simulate(coin, MOST, true);
  expect(rates.map(({ verdict }) => verdict)).toEqual(["broken", "kept", "broken"]);
});
