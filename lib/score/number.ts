import type { Sample } from "../data/sample";
import type { Scorer } from "./scorer";

/** 1 when the number that the answer gives (`finalNumber`) is the expected one, however either is written. */
export const numberScorer: Scorer = {
  name: "number",
  check: (sample) => void goldNumber(sample),
  reads: ({ completion }) => finalNumber(completion) !== undefined,
  score: ({ completion }, sample) => (finalNumber(completion) === goldNumber(sample) ? 1 : 0),
};

function goldNumber({ expected }: Sample): number {
  const gold = numbersIn(expected).at(-1);
  if (gold !== undefined) return gold;
  throw new Error(`a number is expected as gold answer, not ${JSON.stringify(expected)}`);
}

/**
 * The number that an answer gives: the first that `####` announces, as a model that runs on to questions of its own answers
 * ours first; else the last that `\\boxed{` does, "answer is", "answer:" or "answer ="; else the last number there is. What
 * announces is followed by a number in the same line or, where that ends, in the next: the one behind the line's last equals
 * sign, or the first. Undefined without a number.
 */
export function finalNumber(completion: string): number | undefined {
  return (
    announced(completion, /####/g)[0] ??
    announced(completion, /\\boxed\s*\{/g).at(-1) ??
    announced(completion, /\banswer\s*(?:is|:|=)/gi).at(-1) ??
    numbersIn(completion).at(-1)
  );
}

function announced(completion: string, marker: RegExp): number[] {
  return [...completion.matchAll(marker)]
    .map(({ index, 0: { length } }) => {
      const [line] = /\s*.*/.exec(completion.slice(index + length))!;
      const result = line.slice(line.lastIndexOf("=") + 1);
      return numbersIn(result)[0] ?? numbersIn(line)[0];
    })
    .filter((number) => number !== undefined);
}

/**
 * A sign, which is none behind a digit, a letter or a bracket ("10-3"), before or behind a currency sign; digits, with commas
 * between groups of three (also LaTeX's "1{,}200") or without; decimals; an exponent; a denominator, unless it is a date's.
 */
const NUMBER = new RegExp(
  [
    /(?<before>(?<![\p{L}\d)\]}])[-−])?(?:\\?[$€£](?<behind>[-−])?)?/u,
    /(?<digits>(?:\d{1,3}(?:(?:,|\{,\})\d{3})+(?!\d)|\d+)(?:\.\d+)?|(?<![\d.])\.\d+)/u,
    /(?<exponent>e[-+]?\d+)?(?:(?<!\/\d+)\/(?<denominator>\d+)(?!\d|\/))?/u,
  ]
    .map(({ source }) => source)
    .join(""),
  "giu",
);

function numbersIn(text: string): number[] {
  return [...text.matchAll(NUMBER)]
    .map(({ groups }) => {
      const { before, behind, digits, exponent = "", denominator = 1 } = groups!;
      const value = Number(digits!.replace(/[{},]/g, "") + exponent) / Number(denominator);
      return before === undefined && behind === undefined ? value : -value;
    })
    .filter(Number.isFinite); // nothing over zero
}
