// The sparse joint fit, which chooses among the features that survive the null.
import { quantity } from "../../lib/quantity";
import { ALPHA } from "../../lib/statistics/alpha";
import { mean } from "../../lib/statistics/mean";
import { selectJointly } from "../../lib/select/joint";
import { rankedFeature } from "../support/ranking";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";
import { survivorsOf } from "./survivors";

const FEATURES = 100;

/** Features that fire in some answers, by very different amounts. */
function sparseFeature(draw: Draw, n: number): number[] {
  const [rate, spread] = [draw.uniform(0.05, 0.6), draw.uniform(0.2, 1)];
  return Array.from({ length: n }, () => draw.flip(rate) * Math.exp(spread * draw.normal()));
}

/** Features that the fit keeps of those that survive. */
async function keptOf(scores: readonly number[], features: readonly number[][], seed: number): Promise<number[]> {
  const survivors = [...(await survivorsOf(scores, features, {}, seed))].sort((a, b) => a - b);
  const predictors = survivors.map((index) => {
    const middle = mean(features[index]!);
    const activations = Float64Array.from(features[index]!, (value) => value - middle);
    return { feature: rankedFeature(0, index, 0.5), activations, steerActivations: activations };
  });
  if (predictors.length === 0) return [];
  const correct = Uint8Array.from(scores);
  const outcomes = { correct, nCorrect: correct.reduce((sum, flag) => sum + flag, 0) };
  const { features: kept } = await selectJointly(predictors, outcomes, { clusters: undefined, seed });
  return kept.map(({ feature }) => feature);
}

function dealt(n: number): Simulation {
  return {
    claim: "The sparse joint fit keeps nothing",
    truth: `${n} answers, half of them right, dealt out anew over ${FEATURES} features`,
    bounds: { "something is kept": { atMost: ALPHA } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const scores = draw.shuffled(Array.from({ length: n }, (_, i) => i % 2));
      const features = Array.from({ length: FEATURES }, () => sparseFeature(draw, n));
      return { "something is kept": (await keptOf(scores, features, seed)).length > 0 };
    },
  };
}

const CAUSES = 3;

function echoes(n: number): Simulation {
  return {
    claim: "The sparse joint fit keeps what says something of its own",
    truth: `${n} answers; being right depends on ${quantity(CAUSES, "feature")}; ${CAUSES} others fire with one of these each, and ${FEATURES - 2 * CAUSES} by themselves`,
    bounds: {
      "all that matter survive": { atLeast: 0.5 },
      "all that matter are kept": { atLeast: 0.8, of: "all that matter survive" },
      "an echo survives": { atLeast: 0.5 },
      "an echo is kept": { atMost: 0.15 },
    },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const features = Array.from({ length: FEATURES }, () => sparseFeature(draw, n));
      for (let i = 0; i < CAUSES; i++) {
        const cause = Array.from({ length: n }, () => draw.flip(0.5) * (1 + draw.uniform()));
        features[i] = cause;
        features[CAUSES + i] = cause.map((value) =>
          draw.flip(0.8) === 1 ? value : draw.flip(0.5) * (1 + draw.uniform()),
        );
      }
      const scores = Array.from({ length: n }, (_, i) => {
        const logOdds = 1.2 * features.slice(0, CAUSES).reduce((sum, feature) => sum + feature[i]! - 0.75, 0);
        return draw.flip(1 / (1 + Math.exp(-logOdds)));
      });
      const survivors = await survivorsOf(scores, features, {}, seed);
      const kept = await keptOf(scores, features, seed);
      const causes = Array.from({ length: CAUSES }, (_, i) => i);
      return {
        "all that matter survive": causes.every((i) => survivors.has(i)),
        "all that matter are kept": causes.every((i) => kept.includes(i)),
        "an echo survives": causes.some((i) => survivors.has(CAUSES + i)),
        "an echo is kept": causes.some((i) => kept.includes(CAUSES + i)),
      };
    },
  };
}

export const jointFit = [dealt(300), echoes(400)];
