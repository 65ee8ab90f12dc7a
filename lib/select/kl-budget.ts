import { SteeringError } from "../errors";

/** Mean divergence (KL, nats a token) from no steering on neutral text, at each of the scales. */
export type MeanKlAt = (scales: readonly number[]) => Promise<readonly number[]>;

export interface Budgeted {
  readonly scale: number;
  readonly meanKl: number;
}

/** Tried first; then twice what parts the gap to the next into five, which leaves 6 %. Forks cost little, so few rounds. */
const COARSE = [1 / 16, 1 / 4, 1, 4, 16];
const PARTS = 5;
const REFINEMENTS = 2;

/**
 * The largest scale of those tried up to which the divergence stays within `nats`: to 6 %, and at most 16.
 *
 * @throws ERR_DEGENERATE when already 1/16 of the coefficients diverges more
 */
export async function largestScaleWithin(nats: number, meanKlAt: MeanKlAt): Promise<Budgeted> {
  const measure = async (scales: readonly number[]): Promise<Budgeted[]> => {
    const divergences = await meanKlAt(scales);
    return scales.map((scale, i) => ({ scale, meanKl: divergences[i]! }));
  };
  const lastWithin = (measured: readonly Budgeted[]): Budgeted | undefined => {
    const beyond = measured.findIndex(({ meanKl }) => !(meanKl <= nats));
    return measured[(beyond < 0 ? measured.length : beyond) - 1];
  };
  const coarse = await measure(COARSE);
  const start = lastWithin(coarse);
  if (!start) {
    const [{ scale, meanKl }] = coarse as [Budgeted];
    throw new SteeringError(
      "ERR_DEGENERATE",
      `expected at most ${nats} nats a token on neutral text, found ${meanKl} at ${scale} of the mean coefficients already`,
      { expected: nats, actual: meanKl, scale },
    );
  }
  if (start.scale === COARSE.at(-1)) return start;
  let best: Budgeted = start;
  let ratio = COARSE[1]! / COARSE[0]!;
  for (let refinement = 0; refinement < REFINEMENTS; refinement++) {
    const { scale } = best;
    ratio **= 1 / PARTS;
    const finer = Array.from({ length: PARTS - 1 }, (_, i) => scale * ratio ** (i + 1));
    best = lastWithin(await measure(finer)) ?? best;
  }
  return best;
}
