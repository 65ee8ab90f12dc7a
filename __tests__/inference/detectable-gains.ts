// Steering gains what an evaluation without a gain said that it would have found.
import { ALPHA } from "../../lib/statistics/alpha";
import { detectableGain } from "../../lib/statistics/detectable";
import { midPMcNemar } from "../../lib/statistics/paired";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";

function detected(n: number, churn: number): Simulation {
  const gain = detectableGain(n, churn, ALPHA);
  const changed = Math.max(churn, gain);
  return {
    claim: "A gain of N points would be found in 80 %",
    truth: `${n} questions, of which steering rescores ${(100 * changed).toFixed(1)} %, and gains those N points: ${(100 * gain).toFixed(1)}`,
    bounds: { "it is found": { atLeast: 0.78 }, "it is found in more than so many": { atMost: 0.9 } },
    trial: (seed) => {
      const draw = new Draw(seed);
      const kinds = Array.from({ length: n }, () =>
        draw.flip(changed) === 1 ? draw.flip((1 + gain / changed) / 2) : -1,
      );
      const better = kinds.filter((kind) => kind === 1).length;
      const worse = kinds.filter((kind) => kind === 0).length;
      const found = midPMcNemar({ n, better, worse }) < ALPHA && better > worse;
      return Promise.resolve({ "it is found": found, "it is found in more than so many": found });
    },
  };
}

export const detectableGains = [100, 400, 1600].flatMap((n) => [0.02, 0.1, 0.3].map((churn) => detected(n, churn)));
