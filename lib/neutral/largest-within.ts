import { SteeringError } from "../errors";

/** A factor on some steering, and how far it then moves the model: KL in nats a token. */
export interface Scaled {
  readonly scale: number;
  readonly kl: number;
}

/** What the divergence is measured on: few of the texts, which lead near to the budget, or all of them. */
export type Texts = "some" | "all";

/** What a search asks the divergence of. */
export interface Try {
  readonly scale: number;
  readonly texts: Texts;
}

/** Near enough to a budget, and what is aimed at: parts of it. */
const ENOUGH = { some: 0.8, all: 0.95 };
const AIM = 0.98;
const LEAST = 2 ** -10;
const MOST = 2 ** 10;
/** From one factor to the next, at most. */
const STEP = 4;
/** Factors nearer to each other than this are one. */
const NEAR = 1.01;
const TRIES = 30;

/**
 * The largest factor within a budget: to 5 % of the budget, unless the divergence jumps there, and at most 2^10. Yields a
 * factor, and is told the divergence there.
 *
 * @throws ERR_DEGENERATE where 2^-10 is too much
 */
export function* largestWithin(nats: number): Generator<Try, Scaled, number> {
  const { scale } = yield* search(nats, 1, "some");
  const found = yield* search(nats, scale, "all");
  if (found.kl <= nats) return found;
  const message = `expected at most ${nats} nats a token on neutral text, found ${found.kl} at ${found.scale} of the steering already`;
  throw new SteeringError("ERR_DEGENERATE", message, { expected: nats, actual: found.kl, scale: found.scale });
}

/** The largest found within the budget, or else the least tried. */
function* search(nats: number, start: number, texts: Texts): Generator<Try, Scaled, number> {
  let [within, beyond, last]: (Scaled | undefined)[] = [];
  let scale = start;
  for (let tries = 1; tries <= TRIES; tries++) {
    const tried: Scaled = { scale, kl: yield { scale, texts } };
    if (tried.kl <= nats) within = tried;
    else beyond = tried;
    if (within ? isLargest(within, beyond, ENOUGH[texts] * nats) : scale === LEAST) break;
    const next = nextScale({ within, beyond, guess: scale * factorOf(tried, last, nats), isLong: tries % 4 === 0 });
    scale = Number(next.toPrecision(4)); // the same where arithmetic differs in last bits
    last = tried;
  }
  return within ?? beyond!;
}

function isLargest(within: Scaled, beyond: Scaled | undefined, enough: number): boolean {
  const isNear = beyond !== undefined && beyond.scale / within.scale < NEAR;
  return within.kl >= enough || within.scale === MOST || isNear;
}

/** To what is aimed at, by the line through the last two in logarithms; from one alone as a small shift diverges, as its square. */
function factorOf(tried: Scaled, last: Scaled | undefined, nats: number): number {
  const slope = last ? Math.log(tried.kl / last.kl) / Math.log(tried.scale / last.scale) : 2;
  const exponent = Math.min(4, Math.max(0.5, slope || 2));
  return Math.min(STEP, Math.max(1 / STEP, ((AIM * nats) / tried.kl) ** (1 / exponent) || 0));
}

interface Known {
  readonly within: Scaled | undefined;
  readonly beyond: Scaled | undefined;
  readonly guess: number;
  /** Every fourth try goes far enough to end the search, whatever the divergence does. */
  readonly isLong: boolean;
}

function nextScale({ within, beyond, guess, isLong }: Known): number {
  if (!within) return Math.max(LEAST, isLong ? beyond!.scale / STEP : guess);
  if (!beyond) return Math.min(MOST, isLong ? Math.max(1.2 * within.scale, guess) : guess);
  const edge = (beyond.scale / within.scale) ** 0.05;
  const isBetween = guess > within.scale * edge && guess < beyond.scale / edge;
  return isBetween && !isLong ? guess : Math.sqrt(within.scale * beyond.scale);
}
