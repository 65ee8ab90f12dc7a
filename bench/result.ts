import { median, ratios, type Spent } from "./rounds";

/** What a ratio must reach: DESIGN's bars. */
export interface Bar {
  kind: "at least" | "at most";
  value: number;
}

export interface Comparison {
  row: string;
  arm: string;
  reference: string;
  /** Which of the seconds the ratio is of: those of processors say the same beside other jobs. */
  of: keyof Spent;
  /** Of the work, where it is counted in tokens. */
  tokens?: number;
  bar?: Bar | undefined;
}

/** One line of the report. */
export interface Result extends Comparison {
  /** Median seconds of the arm's work. */
  seconds: Spent;
  /** Speed of the arm over that of the reference for "at least", time over time for "at most": median over the rounds. */
  ratio: number;
  /** The least and the most of a round. */
  spread: [number, number];
}

export function compare(times: ReadonlyMap<string, readonly Spent[]>, comparison: Comparison): Result {
  const { arm, reference, of, bar } = comparison;
  const [own, other] = [arm, reference].map((name) => times.get(name)!.map((spent) => spent[of])) as [
    number[],
    number[],
  ];
  const all = bar?.kind === "at most" ? ratios(own, other) : ratios(other, own);
  return {
    ...comparison,
    seconds: medians(times.get(arm)!),
    ratio: median(all),
    spread: [Math.min(...all), Math.max(...all)],
  };
}

function medians(rounds: readonly Spent[]): Spent {
  return {
    wall: median(rounds.map(({ wall }) => wall)),
    processor: median(rounds.map(({ processor }) => processor)),
  };
}

export function meets({ ratio, bar }: Result): boolean | undefined {
  if (!bar) return undefined;
  return bar.kind === "at least" ? ratio >= bar.value : ratio <= bar.value;
}
