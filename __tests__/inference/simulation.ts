import { clopperPearson } from "./clopper-pearson";
import { isKept } from "./sequential";

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

/** After so many draws it is looked whether more are needed. */
const LOOK_EVERY = 10;

/**
 * Seeds are 0 and on: what comes out is a fact about the code, and no chance.
 * @param mayEndEarly once all that is within its bound is found to be so; what may be beyond is drawn to the end
 */
export async function simulate({ bounds, trial }: Simulation, most: number, mayEndEarly: boolean): Promise<Rate[]> {
  const counts = new Map(Object.keys(bounds).map((event) => [event, 0]));
  const limitOf = (bound: Bound, n: number) => {
    if ("atMost" in bound) return bound.atMost;
    return bound.atLeast * (bound.of === undefined ? 1 : counts.get(bound.of)! / n);
  };
  const isDecided = (n: number) =>
    Object.entries(bounds).every(([event, bound]) => {
      const [k, limit] = [counts.get(event)!, limitOf(bound, n)];
      return "atMost" in bound ? isKept(k, n, limit, most) : isKept(n - k, n, 1 - limit, most);
    });
  let n = 0;
  while (n < most && !(mayEndEarly && n > 0 && n % LOOK_EVERY === 0 && isDecided(n))) {
    for (const [event, happened] of Object.entries(await trial(n))) {
      if (happened) counts.set(event, counts.get(event)! + 1);
    }
    n += 1;
  }
  return Object.entries(bounds).map(([event, bound]) => {
    const rate = counts.get(event)! / n;
    const interval = clopperPearson(counts.get(event)!, n);
    const limit = limitOf(bound, n);
    const verdict =
      "atMost" in bound ? verdictOf(rate <= limit, interval[0] > limit) : verdictOf(rate >= limit, interval[1] < limit);
    return { event, bound, rate, interval, limit, verdict };
  });
}

function verdictOf(isKept: boolean, isBroken: boolean): Rate["verdict"] {
  return isKept ? "kept" : isBroken ? "broken" : "near";
}
