// Being right depends on the answer's length, in one shape or another, and so do features; beyond that, nothing.
import { Draw } from "./draw";
import { answerLengths, featuresOfLength, standardised } from "./lengths";
import type { Simulation } from "./simulation";
import { survivorsOf } from "./survivors";

const FEATURES = 60;

type Shape = (z: number, draw: Draw, from: number) => number;
const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** A score of an answer whose length is z deviations above the mean; `from` is drawn once. */
const SHAPES: Record<string, Shape> = {
  "falls linearly with the length": (z, draw) => draw.flip(Math.min(0.98, Math.max(0.02, 0.5 - 0.22 * z))),
  "falls as a logistic curve": (z, draw) => draw.flip(logistic(-2 * z)),
  "falls as a steep logistic curve": (z, draw) => draw.flip(logistic(-6 * z)),
  "falls at once, from 80 % to 15 %, at some length": (z, draw, from) => draw.flip(z > from ? 0.15 : 0.8),
  "is no yes or no, and falls linearly, with a tenth of noise": (z, draw) => -z + 0.33 * draw.normal(),
  "is no yes or no, and falls as a logistic curve, with a tenth of noise": (z, draw) =>
    logistic(-2 * z) + 0.1 * draw.normal(),
};

function nothingBeside(shape: string, n: number): Simulation {
  return {
    claim: "Given completionTokens, N of the features that survive still do",
    truth: `${n} answers; the score ${shape}; five features of six depend on it in as many shapes`,
    bounds: { "something survives": { atMost: 0.07 } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const lengths = answerLengths(draw, n);
      const from = draw.uniform(-0.8, 0.8);
      const scores = standardised(lengths).map((z) => SHAPES[shape]!(z, draw, from));
      const features = featuresOfLength(draw, lengths, FEATURES);
      const survivors = await survivorsOf(
        scores,
        features,
        { covariates: new Map([["completionTokens", lengths]]) },
        seed,
      );
      return { "something survives": survivors.size > 0 };
    },
  };
}

export const givenLength = Object.keys(SHAPES).flatMap((shape) => [300, 800].map((n) => nothingBeside(shape, n)));
