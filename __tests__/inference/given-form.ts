// Being right goes with an answer's form, since only an option can be right; and so do most features.
import { Draw } from "./draw";
import type { Simulation } from "./simulation";
import { survivorsOf } from "./survivors";

const FEATURES = 100;

interface Store {
  readonly valid: number[];
  readonly scores: number[];
  readonly features: number[][];
}

/** Features that fire mostly in answers of one form; scores that are dealt out among the valid answers. */
function storeOf(draw: Draw, n: number, validShare: number): Store {
  const valid = Array.from({ length: n }, () => draw.flip(validShare));
  const features = Array.from({ length: FEATURES }, () => {
    const [often, rarely] = [draw.uniform(0.2, 1), draw.uniform(0, 0.15)];
    const [strong, base] = [draw.uniform(0.2, 1), draw.uniform(0, 2)];
    return valid.map((form) => draw.flip(form === 1 ? often : rarely) * (base + Math.exp(strong * draw.normal())));
  });
  return { valid, scores: valid.map((form) => form * draw.flip(0.5)), features };
}

function nothingWithin(n: number): Simulation {
  return {
    claim: "Given formatValid, N of the features that survive still do",
    truth: `${n} answers, half of them valid; right or wrong at random among the valid; features fire mostly in those`,
    bounds: { "something survives": { atMost: 0.05 } },
    trial: async (seed) => {
      const { valid, scores, features } = storeOf(new Draw(seed), n, 0.5);
      const survivors = await survivorsOf(scores, features, { covariates: new Map([["formatValid", valid]]) }, seed);
      return { "something survives": survivors.size > 0 };
    },
  };
}

const EFFECT = 0.7;

function effectWithin(n: number, nValid: number): Simulation {
  return {
    claim: "Given formatValid, the feature still survives",
    truth: `${n} answers, about ${nValid} of them valid; r = ${EFFECT} among the valid for one of ${FEATURES} features`,
    bounds: { "it survives": { atLeast: 0.55 } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const { valid, scores, features } = storeOf(draw, n, nValid / n);
      const noise = Math.sqrt(1 - EFFECT ** 2);
      features[0] = valid.map(
        (form, i) => form * (5 + EFFECT * (2 * scores[i]! - 1) + noise * draw.normal()), // a fair coin's deviation is 1/2
      );
      const survivors = await survivorsOf(scores, features, { covariates: new Map([["formatValid", valid]]) }, seed);
      return { "it survives": survivors.has(0) };
    },
  };
}

export const givenForm = [nothingWithin(300), nothingWithin(800), effectWithin(300, 20)];
