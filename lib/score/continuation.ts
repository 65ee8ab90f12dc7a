import { goldChoice, requireGoldChoice } from "./choice";
import { exactMatch } from "./exact-match";
import type { Scorer } from "./scorer";

/** lm-evaluation-harness's `acc`: 1 when the gold choice is the likeliest after the prompt, all its tokens together. */
export const continuation = wholeChoice("continuation", (_, logProbability) => logProbability);

/** Its `acc_norm`: the same by character, as a longer choice is less likely for its length alone. */
export const continuationNormalised = wholeChoice(
  "continuation-normalised",
  (choice, logProbability) => logProbability / characters(choice),
);

function wholeChoice(name: string, weigh: NonNullable<Scorer["weigh"]>): Scorer {
  return {
    name,
    weigh,
    reads: () => true,
    check(sample) {
      requireGoldChoice(sample);
      if (sample.choices!.some((choice) => choice.trim() === "")) throw new Error("one of the choices is white space");
    },
    score: ({ completion, choiceLogProbabilities = [] }, sample) => ({
      score: exactMatch(completion, sample.expected),
      extras: { goldLogProbability: choiceLogProbabilities[goldChoice(sample)]! },
    }),
  };
}

/** As Python counts them, without the space between prompt and choice. */
function characters(choice: string): number {
  return Array.from(choice.replace(/^ /, "")).length;
}
