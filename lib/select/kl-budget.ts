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
  const lastWithin = async (scales: readonly number[]): Promise<Budgeted | undefined> => {
    const divergences = await meanKlAt(scales);
    const beyond = divergences.findIndex((meanKl) => !(meanKl <= nats));
    const last = (beyond < 0 ? scales.length : beyond) - 1;
    return last < 0 ? undefined : { scale: scales[last]!, meanKl: divergences[last]! };
  };
  let best = await lastWithin(COARSE);
  if (!best) {
    throw new SteeringError(
      "ERR_DEGENERATE",
      `already ${COARSE[0]!} of the mean coefficients diverges by more than ${nats} nats a token on neutral text`,
      { nats },
    );
  }
  if (best.scale === COARSE.at(-1)) return best;
  let ratio = COARSE[1]! / COARSE[0]!;
  for (let refinement = 0; refinement < REFINEMENTS; refinement++) {
    const { scale }: Budgeted = best;
    ratio **= 1 / PARTS;
    best = (await lastWithin(Array.from({ length: PARTS - 1 }, (_, i) => scale * ratio ** (i + 1)))) ?? best;
  }
  return best;
}
