/** How often features fire: how many of them at which share of the rows. */
export interface Density {
  /** Ascending; a feature is counted before the first of them that its share is less than. */
  readonly below: readonly number[];
  /** Of features, one more than `below`; those that never fired are in none. */
  readonly features: readonly number[];
}

/** Half decades from 1e-5 on. */
const BELOW = Array.from({ length: 10 }, (_, i) => Number((10 ** (i / 2 - 5)).toPrecision(6)));

/** @param fired at how many of the rows each feature fired */
export function densityOf(fired: Uint32Array, rows: number): Density {
  const features = Array.from({ length: BELOW.length + 1 }, () => 0);
  for (const n of fired) {
    if (n === 0) continue;
    const bin = BELOW.findIndex((edge) => n / rows < edge);
    features[bin < 0 ? BELOW.length : bin]!++;
  }
  return { below: BELOW, features };
}
