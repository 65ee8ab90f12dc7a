import type { Scorer } from "./scorer";

/**
 * GSM8K as the method's published code scores it (seonglae/CorrSteer 65ca523, `extract_answer`), faults included, so
 * that numbers can be compared. The comparison is of texts: gold "1,200" becomes "1" and so does the answer
 * "#### 1,200", "#### 1200" is then wrong, and "18.00" is not "18".
 */
export const gsm8kOfficial: Scorer = {
  name: "gsm8k-official",
  reads: ({ completion }) => /\d/.test(predictedNumber(completion)),
  score: ({ completion }, { expected }) => (predictedNumber(completion) === goldNumber(expected) ? 1 : 0),
};

/** The gold number as that code reads it from what follows `####`: an integer, up to a comma or a point. */
export function goldNumber(expected: string): string {
  return /^\s*(-?\d+)/.exec(expected)?.[1] ?? expected.trim();
}

/** The number that an answer gives, by the first rule that fires; "" for an answer of white space. */
export function predictedNumber(completion: string): string {
  return (
    /####\s*(-?\d+(?:\.\d+)?)/.exec(completion)?.[1] ??
    /[Tt]he answer is\s*(-?\d+(?:\.\d+)?)/.exec(completion)?.[1] ??
    /(\d+(?:\.\d+)?)\s*$/.exec(completion)?.[1] ?? // at the very end, without its sign
    completion.match(/-?\d+(?:\.\d+)?/g)?.at(-1) ??
    completion.trim().split(/\s+/).at(-1)!
  );
}
