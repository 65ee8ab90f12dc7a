// Of five profiles that do equally much the one that seems to do most is told of.
import { accuracyInterval } from "../../lib/evaluate/compare";
import { ALPHA } from "../../lib/statistics/alpha";
import { clustersOf } from "../../lib/statistics/clusters";
import { holm } from "../../lib/statistics/holm";
import { mean } from "../../lib/statistics/mean";
import { Z_TWO_SIDED } from "../../lib/statistics/normal";
import { midPMcNemar, pairedCounts } from "../../lib/statistics/paired";
import { pairedPermutation } from "../../lib/statistics/paired-permutation";
import { simultaneousReach } from "../../lib/statistics/simultaneous";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";
import { byTemplate, templatesOf } from "./templates";

const PROFILES = 5;
/** Answers that a profile changes. */
const CHANGED = 0.15;
const RIGHT = 0.4;

/** Whether answers are right, without steering and with each profile; `own`: how little of what it changes is what the first does. */
function scoresOf(draw: Draw, templates: readonly string[], gain: number, own: number) {
  const right = RIGHT + gain / CHANGED;
  const drawn = () => byTemplate(templates, () => (draw.flip(CHANGED) === 1 ? draw.flip(right) : undefined));
  const before = templates.map(() => draw.flip(RIGHT));
  const common = drawn();
  const steered = Array.from({ length: PROFILES }, () => {
    const alone = drawn();
    return before.map((score, i) => (draw.flip(own) === 1 ? alone[i] : common[i]) ?? score);
  });
  return { before, steered };
}

function picked(n: number, gain: number, together: boolean): Simulation {
  return {
    claim: "The interval of the best profile's gain",
    truth: `${n} questions${together ? " of up to 343 templates, which change as one" : ""}; ${PROFILES} profiles that gain ${100 * gain} points each`,
    bounds: {
      "it leaves out the truth, had nobody minded that it was picked": { atMost: 1 },
      "it leaves out the truth": { atMost: 0.05 },
      "a gain is claimed": { atLeast: 0 },
      "one is, and its interval has the truth in it, had nobody minded": { atLeast: 0 },
      "one is, and its interval has the truth in it": { atLeast: gain > 0 ? 0.95 : 0, of: "a gain is claimed" },
    },
    trial: (seed) => {
      const draw = new Draw(seed);
      const templates = together ? templatesOf(draw, n) : Array.from({ length: n }, (_, i) => String(i));
      const clusters = clustersOf(templates);
      const { before, steered } = scoresOf(draw, templates, gain, together ? draw.uniform() : 1);
      const differences = steered.map((scores) => scores.map((score, i) => score - before[i]!));
      const gains = differences.map(mean);
      const best = gains.indexOf(Math.max(...gains));
      const right = (scores: readonly number[]) => scores.map((score) => score > 0);
      const counts = steered.map((scores) => pairedCounts(right(before), right(scores)));
      const pValues = clusters
        ? differences.map((values) => pairedPermutation(values, seed, clusters))
        : counts.map(midPMcNemar);
      const claimed = holm(pValues)[best]! < ALPHA && gains[best]! > 0;
      const leavesOut = (reach: number) => {
        const [low, high] = accuracyInterval(counts[best]!, differences[best]!, clusters, reach);
        return low > gain || high < gain;
      };
      const [alone, picked] = [leavesOut(Z_TWO_SIDED), leavesOut(simultaneousReach(differences, seed, clusters))];
      return Promise.resolve({
        "it leaves out the truth, had nobody minded that it was picked": alone,
        "it leaves out the truth": picked,
        "a gain is claimed": claimed,
        "one is, and its interval has the truth in it, had nobody minded": claimed && !alone,
        "one is, and its interval has the truth in it": claimed && !picked,
      });
    },
  };
}

export const pickedProfile = [
  picked(400, 0, false),
  picked(400, 0.04, false),
  picked(400, 0.05, false),
  picked(400, 0.05, true),
];
