/** Tokens that are looked for together, and the share of such places from which on an answer only goes round. */
const LENGTH = 4;
const STUCK = 0.5;
/** Shorter answers have no room to repeat themselves. */
const LEAST = 3 * LENGTH;

/**
 * Whether a text repeats itself: of its runs of four words or signs, half and more were there before (seq-rep-4 of Welleck
 * et al. 2020, arXiv 1908.04319).
 */
export function repeatsItself(text: string): boolean {
  const words = text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
  if (words.length < LEAST) return false;
  const runs = words.slice(LENGTH - 1).map((_, i) => words.slice(i, i + LENGTH).join(" "));
  return 1 - new Set(runs).size / runs.length >= STUCK;
}
