import { SteeringError } from "../errors";
import type { Engine } from "../model/engine";
import type { WorkOptions } from "../progress";
import type { Steering } from "../steering/steering";
import { measureNeutral } from "./measure";

/** A factor on some steering, and how far it then moves the model: KL in nats a token. */
export interface Scaled {
  readonly scale: number;
  readonly kl: number;
}

/** What of the divergence a budget is for. */
export type BudgetOf = "meanKl" | "p95Kl";

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
  return searchTogether(steered.length, nats, async (asked) => {
    const arms = [];
    for (const { index, scale } of asked) {
      const { name, steeringAt } = steered[index]!;
      arms.push({ name, steering: await steeringAt(scale) });
    }
    return (await measureNeutral(engine, arms, { texts, ...work })).map((measured) => measured[of]);
  });
}

/** A factor on one of several. */
interface Asked {
  readonly index: number;
  readonly scale: number;
}

/** `largestWithin` for each of several, a step of all of them at a time. */
export async function searchTogether(
  n: number,
  nats: number,
  klsAt: (asked: readonly Asked[]) => Promise<readonly number[]>,
): Promise<Scaled[]> {
  const searches = Array.from({ length: n }, () => largestWithin(nats));
  const steps = searches.map((search) => search.next());
  for (;;) {
    const asked = steps.flatMap(({ done, value }, index) => (done ? [] : [{ index, scale: value }]));
    if (asked.length === 0) return steps.map(({ value }) => value as Scaled);
    const kls = await klsAt(asked);
    asked.forEach(({ index }, k) => (steps[index] = searches[index]!.next(kls[k]!)));
  }
}

/** Near enough to a budget, and what is aimed at: a part of it. */
const ENOUGH = 0.95;
const AIM = 0.98;
const LEAST = 2 ** -10;
const MOST = 2 ** 10;
/** From one factor to the next, at most; below it at least, once a guess was not enough. */
const STEP = 4;
/** Factors nearer to each other than this are one. */
const NEAR = 1.01;
const TRIES = 30;

/**
 * The largest factor within a budget: upwards from 1, or downwards, then between the last that is within and the first that is
 * beyond, by the line through both in logarithms, as a small shift diverges as its square. To 5 % of the budget, unless the
 * divergence jumps there; at most 2^10. Yields a factor, and is told the divergence there.
 */
function* largestWithin(nats: number): Generator<number, Scaled, number> {
  let [within, beyond]: (Scaled | undefined)[] = [];
  let scale = 1;
  for (let tries = 1; tries <= TRIES; tries++) {
    const kl = yield scale;
    if (kl <= nats) within = { scale, kl };
    else beyond = { scale, kl };
    if (within && isLargest(within, beyond, nats)) break;
    if (!within && scale === LEAST) break;
    scale = Number(nextScale(within, beyond, nats, tries).toPrecision(4)); // the same where arithmetic differs in last bits
  }
  if (within) return within;
  const { kl } = beyond!;
  const message = `expected at most ${nats} nats a token on neutral text, found ${kl} at ${LEAST} of the steering already`;
  throw new SteeringError("ERR_DEGENERATE", message, { expected: nats, actual: kl, scale: LEAST });
}

function isLargest(within: Scaled, beyond: Scaled | undefined, nats: number): boolean {
  const isNear = beyond !== undefined && beyond.scale / within.scale < NEAR;
  return within.kl >= ENOUGH * nats || within.scale === MOST || isNear;
}

function nextScale(within: Scaled | undefined, beyond: Scaled | undefined, nats: number, tries: number): number {
  const bySquare = ({ kl }: Scaled) => Math.sqrt((AIM * nats) / kl);
  if (!within) {
    const factor = tries > 1 ? 1 / STEP : Math.max(1 / STEP, bySquare(beyond!) || 0);
    return Math.max(LEAST, beyond!.scale * factor);
  }
  if (!beyond) return Math.min(MOST, within.scale * Math.min(STEP, Math.max(1.2, bySquare(within))));
  const ratio = Math.log(beyond.scale / within.scale);
  const place = Math.log((AIM * nats) / within.kl) / Math.log(beyond.kl / within.kl);
  const isUseful = tries % 3 !== 0 && place > 0.05 && place < 0.95;
  return within.scale * Math.exp(ratio * (isUseful ? place : 0.5));
}
