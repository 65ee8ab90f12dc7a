import { TIE_SLACK } from "./ties";

/** A value, and what came of each draw in its place. Draw i of several values is one draw. */
export interface AmongDraws {
  readonly value: number;
  readonly draws: readonly number[];
}

/**
 * The probability that a value is among the largest as this one is, were it a draw like the others: (1 + draws at least as
 * large) / (1 + draws), which is exact where value and draws are exchangeable (Barnard 1963; Phipson and Smyth 2010).
 */
export function rankP({ value, draws }: AmongDraws): number {
  return (1 + draws.filter((draw) => draw >= value - TIE_SLACK).length) / (1 + draws.length);
}

/**
 * The same of several values: the largest is compared with the largest of each draw, the next one with that of those left
 * (step-down max-T, Westfall and Young 1993, section 2.6). The probability of one p at most `level` is at most `level` for any
 * number of values where they are together exchangeable with each draw, so that as many draws do as for one.
 */
export function adjustedRankPs(all: readonly AmongDraws[]): number[] {
  const order = [...all.keys()].sort((a, b) => all[b]!.value - all[a]!.value);
  const adjusted = new Array<number>(all.length);
  let largest = 0;
  order.forEach((own, place) => {
    const { value, draws } = all[own]!;
    const left = order.slice(place).map((i) => all[i]!.draws);
    const best = draws.map((_, i) => Math.max(...left.map((others) => others[i] ?? -Infinity)));
    largest = Math.max(largest, rankP({ value, draws: best }));
    adjusted[own] = largest;
  });
  return adjusted;
}
