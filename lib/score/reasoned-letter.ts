import type { Scorer } from "./scorer";

/** 1 when the letter after the last "Answer:" is the expected one: for answers that reason first. */
export const reasonedLetter: Scorer = {
  name: "reasoned-letter",
  reads: ({ completion }) => finalLetter(completion) !== undefined,
  score: ({ completion }, { expected }) => (finalLetter(completion) === expected.trim() ? 1 : 0),
};

/** Undefined where the answer never came to one; brackets and bold around the letter do not count. */
export function finalLetter(completion: string): string | undefined {
  return [...completion.matchAll(/[Aa]nswer:[\s*("]*([A-Z])\b/g)].at(-1)?.[1];
}
