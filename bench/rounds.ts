import { performance } from "node:perf_hooks";

/** One way to do the row's work. */
export interface Arm {
  name: string;
  /** Does the work of round `round` and returns the seconds it took. */
  run: (round: number) => Promise<number>;
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * Seconds of each arm in each round. Arms take turns within a round, in an order that rotates, so that what the machine
 * does meanwhile falls on all of them. A round before the first warms up and is not counted.
 */
export async function interleave(arms: readonly Arm[], nRounds: number): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>(arms.map(({ name }) => [name, []]));
  for (let round = 0; round <= nRounds; round++) {
    for (let i = 0; i < arms.length; i++) {
      const arm = arms[(i + round) % arms.length]!;
      const time = await arm.run(round);
      if (round > 0) times.get(arm.name)!.push(time);
    }
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Median over the rounds of `numerator / denominator` within a round. */
export function medianRatio(numerator: readonly number[], denominator: readonly number[]): number {
  return median(numerator.map((time, round) => time / denominator[round]!));
}
