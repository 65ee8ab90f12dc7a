import { median, medianRatio } from "./rounds";

/** What a ratio must reach: DESIGN's bars. */
export interface Bar {
  kind: "at least" | "at most";
  value: number;
}

/** One line of the report. */
export interface Result {
  row: string;
  arm: string;
  reference: string;
  /** Median seconds of the arm's work. */
  seconds: number;
  /** Tokens of that work; `tokens / seconds` is its rate. */
  tokens: number;
  /** Speed of the arm over that of the reference for "at least", time over time for "at most". */
  ratio: number;
  bar: Bar | undefined;
}

export interface Comparison {
  row: string;
  arm: string;
  reference: string;
  tokens: number;
  bar?: Bar | undefined;
}

export function compare(times: ReadonlyMap<string, number[]>, comparison: Comparison): Result {
  const { arm, reference, bar } = comparison;
  const [own, other] = [times.get(arm)!, times.get(reference)!];
  const ratio = bar?.kind === "at most" ? medianRatio(own, other) : medianRatio(other, own);
  return { ...comparison, seconds: median(own), ratio, bar };
}

export function meets({ ratio, bar }: Result): boolean | undefined {
  if (!bar) return undefined;
  return bar.kind === "at least" ? ratio >= bar.value : ratio <= bar.value;
}
