import { performance } from "node:perf_hooks";

/** One way to do the row's work. */
export interface Arm<T = number> {
  name: string;
  /** Does the work of round `round` and returns what it took. */
  run: (round: number) => Promise<T>;
}

/** Seconds that went by, and those of processors. */
export interface Spent {
  wall: number;
  processor: number;
}

/** Of work that this process does. */
export async function spent(work: () => Promise<unknown>): Promise<Spent> {
  const before = process.cpuUsage();
  const wall = await seconds(work);
  const { user, system } = process.cpuUsage(before);
  return { wall, processor: (user + system) / 1e6 };
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * What each arm took in each round. Arms take turns within a round, in an order that rotates, so that what the machine
 * does meanwhile falls on all of them. A round before the first warms up and is not counted, unless arms are too long for
 * that to matter.
 */
export async function interleave<T>(
  arms: readonly Arm<T>[],
  nRounds: number,
  { warmUp = true }: { readonly warmUp?: boolean } = {},
): Promise<Map<string, T[]>> {
  const times = new Map<string, T[]>(arms.map(({ name }) => [name, []]));
  for (let round = warmUp ? 0 : 1; round <= nRounds; round++) {
    for (let i = 0; i < arms.length; i++) {
      const arm = arms[(i + round) % arms.length]!;
      const took = await arm.run(round);
      if (round > 0) times.get(arm.name)!.push(took);
    }
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `numerator / denominator` within each round. */
export function ratios(numerator: readonly number[], denominator: readonly number[]): number[] {
  return numerator.map((time, round) => time / denominator[round]!);
}
