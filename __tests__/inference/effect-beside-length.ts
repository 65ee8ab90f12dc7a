// A feature goes with being right, and the length with nothing: what it costs to have asked.
import { Draw } from "./draw";
import { answerLengths, featuresOfLength } from "./lengths";
import type { Simulation } from "./simulation";
import { survivorsOf } from "./survivors";

const FEATURES = 60;
/** r in units of what it varies by: the unadjusted test then finds it in about three of four stores. */
const STRENGTH = 3.8;

function effectBeside(n: number): Simulation {
  const r = STRENGTH / Math.sqrt(n);
  return {
    claim: "Given completionTokens, the feature still survives",
    truth: `${n} answers; r = ${r.toFixed(2)} for one of ${FEATURES} features, of which others depend on the length; the score does not`,
    bounds: {
      "it survives": { atLeast: 0.5 },
      "it survives given the length": { atLeast: 0.8, of: "it survives" },
    },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const lengths = answerLengths(draw, n);
      const scores = lengths.map(() => draw.flip(0.4));
      const features = featuresOfLength(draw, lengths, FEATURES);
      features[0] = scores.map(
        (score) => 6 + (r * (score - 0.4)) / Math.sqrt(0.24) + Math.sqrt(1 - r ** 2) * draw.normal(),
      );
      const covariates = new Map([["completionTokens", lengths]]);
      return {
        "it survives": (await survivorsOf(scores, features, {}, seed)).has(0),
        "it survives given the length": (await survivorsOf(scores, features, { covariates }, seed)).has(0),
      };
    },
  };
}

export const effectBesideLength = [effectBeside(300), effectBeside(800)];
