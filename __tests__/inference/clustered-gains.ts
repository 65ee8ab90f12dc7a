// Steering changes answers template by template, as often for the better as for the worse.
import { compare } from "../../lib/evaluate/compare";
import { ALPHA } from "../../lib/statistics/alpha";
import { clustersOf } from "../../lib/statistics/clusters";
import { gainTest } from "../../lib/statistics/gain-test";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";
import { byTemplate, templatesOf } from "./templates";

/** Whether each answer is right, without steering and with it: what steering does is `share` the template's. */
function scoresOf(draw: Draw, templates: readonly string[], share: number) {
  const before = byTemplate(templates, () => draw.uniform(0.2, 0.8)).map((chance) => draw.flip(chance));
  const own = byTemplate(templates, () => draw.flip(0.5));
  const after = own.map((to, i) => (draw.flip(share) === 1 ? to : draw.flip(0.5) === 1 ? before[i]! : draw.flip(0.5)));
  return { before, after };
}

function outcomeOf(name: string, scores: readonly number[]) {
  const answers = scores.map((score) => ({ completion: String(score), score, generatedTokens: 1 }));
  return { arm: { name }, answers, receipt: null } as unknown as Parameters<typeof compare>[0];
}

function nothingGained(n: number): Simulation {
  return {
    claim: "Steering raises accuracy; the interval of the difference",
    truth: `${n} questions of up to 343 templates; half of the answers become the template's own, right or wrong alike, so nothing is gained`,
    bounds: {
      "p is at most .05": { atMost: 0.06 },
      "the interval leaves out 0": { atMost: 0.06 },
      "the bootstrap interval leaves out 0": { atMost: 0.07 },
      "the one-sided test of selection finds a gain": { atMost: 0.06 },
    },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const templates = templatesOf(draw, n);
      const clusters = clustersOf(templates);
      const { before, after } = scoresOf(draw, templates, 0.5);
      const measure = { metric: "accuracy", seed, clusters } as const;
      const found = compare(outcomeOf("steered", after), outcomeOf("baseline", before), measure);
      const leavesOut = ([low, high]: readonly [number, number]) => low > 0 || high < 0;
      const differences = after.map((score, i) => score - before[i]!);
      return {
        "p is at most .05": found.pValue <= ALPHA,
        "the interval leaves out 0": leavesOut(found.interval),
        "the bootstrap interval leaves out 0": leavesOut(found.bootstrapInterval),
        "the one-sided test of selection finds a gain":
          gainTest(differences, { seed, level: ALPHA, midP: true, clusters }) <= ALPHA,
      };
    },
  };
}

export const clusteredGains = [nothingGained(100), nothingGained(400)];
