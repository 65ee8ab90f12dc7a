import type { Engine } from "../model/engine";
import type { WorkOptions } from "../progress";
import type { Steering } from "../steering/steering";
import { largestWithin, type Scaled, type Texts } from "./largest-within";
import { measureNeutral } from "./measure";

/** What of the divergence a budget is for. */
export type BudgetOf = "meanKl" | "p95Kl";

/** Of the texts one in so many serves to come near. */
const PART = 5;

export interface ScalesWithinOptions extends WorkOptions {
  readonly nats: number;
  readonly of: BudgetOf;
  readonly texts: readonly string[];
}

/** Steering that is to be scaled. */
export interface Scalable {
  readonly name: string;
  /** At a factor: not always its multiple. */
  readonly steeringAt: (scale: number) => Steering | Promise<Steering>;
}

/**
 * For each steering the largest factor at which it moves the model on neutral texts by no more than a budget: searched for
 * all of them together, so that a reading of the texts without steering serves all.
 *
 * @throws ERR_DEGENERATE where 2^-10 of one is too much; as `measureNeutral`
 */
export async function scalesWithin(
  engine: Engine,
  steered: readonly Scalable[],
  { nats, of, texts, ...work }: ScalesWithinOptions,
): Promise<Scaled[]> {
  const some = texts.filter((_, i) => i % PART === 0);
  return searchTogether(steered.length, nats, async (asked, share) => {
    const arms = [];
    for (const { index, scale } of asked) {
      const { name, steeringAt } = steered[index]!;
      arms.push({ name, steering: await steeringAt(scale) });
    }
    const measured = await measureNeutral(engine, arms, { texts: share === "some" ? some : texts, ...work });
    return measured.map((arm) => arm[of]);
  });
}

/** A factor on one of several. */
interface Asked {
  readonly index: number;
  readonly scale: number;
}

/** `largestWithin` for each of several, a step of all of them at a time, and all texts for none before some serve for it. */
export async function searchTogether(
  n: number,
  nats: number,
  klsAt: (asked: readonly Asked[], texts: Texts) => Promise<readonly number[]>,
): Promise<Scaled[]> {
  const searches = Array.from({ length: n }, () => largestWithin(nats));
  const steps = searches.map((search) => search.next());
  for (;;) {
    const waiting = steps.flatMap(({ done, value }, index) => (done ? [] : [{ index, ...value }]));
    if (waiting.length === 0) return steps.map(({ value }) => value as Scaled);
    const texts = waiting.some((asked) => asked.texts === "some") ? "some" : "all";
    const asked = waiting.filter((one) => one.texts === texts);
    const kls = await klsAt(asked, texts);
    asked.forEach(({ index }, k) => (steps[index] = searches[index]!.next(kls[k]!)));
  }
}
