import { clopperPearson } from "./clopper-pearson";

/** What a rate may be; `of`: as a part of another rate of the same trials. */
export type Bound = { readonly atMost: number } | { readonly atLeast: number; readonly of?: string };

/** Data of which the truth is known, a claim that the program makes of it, and how often that may be wrong, or must be right. */
export interface Simulation {
  readonly claim: string;
  readonly truth: string;
  /** By event of a trial. */
  readonly bounds: Readonly<Record<string, Bound>>;
  /** Whether each event happened; the same for a seed. */
  readonly trial: (seed: number) => Promise<Readonly<Record<string, boolean>>>;
}

/** How often an event happened in so many trials. */
export interface Rate {
  readonly event: string;
  readonly bound: Bound;
  readonly rate: number;
  /** Of 99 %, exact (Clopper and Pearson 1934). */
  readonly interval: readonly [low: number, high: number];
  /** The bound as a number. */
  readonly limit: number;
  /**
   * "kept": the rate is on the right side. "broken": its interval lies wholly on the wrong one. "near": neither, as every
   * other rate of an exact test is at its own level.
   */
  readonly verdict: "kept" | "near" | "broken";
}

/** Seeds are fixed: what comes out is a fact about the code, and no chance. */
export async function simulate({ bounds, trial }: Simulation, seeds: Iterable<number>): Promise<Rate[]> {
  const counts = new Map(Object.keys(bounds).map((event) => [event, 0]));
  let n = 0;
  for (const seed of seeds) {
    n += 1;
    for (const [event, happened] of Object.entries(await trial(seed))) {
      if (happened) counts.set(event, counts.get(event)! + 1);
    }
  }
  return Object.entries(bounds).map(([event, bound]) => {
    const rate = counts.get(event)! / n;
    const interval = clopperPearson(counts.get(event)!, n);
    if ("atMost" in bound) {
      const limit = bound.atMost;
      return { event, bound, rate, interval, limit, verdict: verdictOf(rate <= limit, interval[0] > limit) };
    }
    const limit = bound.atLeast * (bound.of === undefined ? 1 : counts.get(bound.of)! / n);
    return { event, bound, rate, interval, limit, verdict: verdictOf(rate >= limit, interval[1] < limit) };
  });
}

function verdictOf(isKept: boolean, isBroken: boolean): Rate["verdict"] {
  return isKept ? "kept" : isBroken ? "broken" : "near";
}
