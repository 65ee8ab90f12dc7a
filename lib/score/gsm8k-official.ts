import type { Scorer } from "./scorer";

/**
 * GSM8K as the method's published code scores it (seonglae/CorrSteer 65ca523, `extract_answer`), faults included, so
 * that numbers can be compared. The comparison is of texts: gold "1,200" becomes "1" and so does the answer
 * "#### 1,200", "#### 1200" is then wrong, and "18.00" is not "18".
 */
export const gsm8kOfficial: Scorer = {
  name: "gsm8k-official",
  score: ({ completion }, { expected }) => (predictedNumber(completion) === expected ? 1 : 0),
};

/** The gold number of a worked solution: what follows its first `####`, or all of it where there is none. */
export function goldNumber(solution: string): string {
  return /####\s*(-?\d+)/.exec(solution)?.[1] ?? solution.trim();
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
