import { anyText } from "./reads";
import type { Scorer } from "./scorer";

/** Overlap of the words of answer and expected text: F1 as SQuAD defines it (Rajpurkar et al., arXiv 1606.05250). */
export const tokenF1: Scorer = {
  name: "token-f1",
  reads: anyText,
  score({ completion }, { expected }) {
    const [said, gold] = [words(completion), words(expected)];
    // As in SQuAD 2.0: where one is empty, they are equal or have nothing in common.
    const common = said.length === 0 && gold.length === 0 ? 1 : commonCount(said, gold);
    const precision = common / Math.max(said.length, 1);
    const recall = common / Math.max(gold.length, 1);
    const score = common === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { score, extras: { precision, recall } };
  },
};

/** Lower case, without punctuation and articles. */
function words(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, "")
    .replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, " ") // \b knows no letters beyond z
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** Size of the intersection of two bags of words. */
function commonCount(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of b) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of a) {
    const n = left.get(word) ?? 0;
    if (n > 0) common += 1;
    left.set(word, n - 1);
  }
  return common;
}
