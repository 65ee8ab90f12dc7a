// Being right depends on two lengths and the option named; so do features; beyond that, nothing.
import { Draw } from "./draw";
import { answerLengths, featuresOfLength, standardised } from "./lengths";
import type { Simulation } from "./simulation";
import { survivorsOf } from "./survivors";

function nothingBeside(n: number): Simulation {
  return {
    claim: "Given completionTokens, promptTokens, chosenOption, nothing survives",
    truth: `${n} answers; a logistic curve of two lengths and the option named says how likely each is right; features depend on one of these each`,
    bounds: { "something survives": { atMost: 0.07 } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const [completions, prompts] = [answerLengths(draw, n), answerLengths(draw, n)];
      const options = completions.map(() => draw.below(4));
      const [a, b] = [standardised(completions), standardised(prompts)];
      const scores = options.map((option, i) => draw.flip(1 / (1 + Math.exp(1.5 * a[i]! - b[i]! + option - 1.5))));
      const features = [
        ...featuresOfLength(draw, completions, 24),
        ...featuresOfLength(draw, prompts, 24),
        ...Array.from({ length: 12 }, (_, j) =>
          options.map((option) => Number(option === j % 4) * draw.uniform(0.5, 2)),
        ),
      ];
      const covariates = new Map<string, readonly number[] | readonly string[]>([
        ["completionTokens", completions],
        ["promptTokens", prompts],
        ["chosenOption", options.map((option) => "ABCD"[option]!)],
      ]);
      return { "something survives": (await survivorsOf(scores, features, { covariates }, seed)).size > 0 };
    },
  };
}

export const givenSeveral = [nothingBeside(300), nothingBeside(800)];
