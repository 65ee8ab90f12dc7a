/** Probability that draws say otherwise than infinitely many would, of anything that they decide. */
const RISK = 1e-3;

/** Counts of hits that leave open whether the probability of one is at most a level: `above` < count < `below`. */
export interface OpenCounts {
  /** With so few hits, or fewer, it is at most the level. */
  readonly above: number;
  /** With so many, or more, it is not. */
  readonly below: number;
}

/**
 * Draws are made in rounds, and after each, `nLooks` times in all, one looks whether they decide. Each look spends an equal
 * part of the risk, half of it on each side, by the binomial distribution at the level itself, where erring is likeliest
 * (Gandy 2009, J. Am. Stat. Assoc. 104, 1504; the looks' risks are added, which is more than they have together).
 *
 * Where several statistics are counted against the same draws, a larger one never has more hits: whenever any is taken for
 * the wrong side, so is the one nearest to the level on its side. The risk is that of all of them together.
 */
export function openCounts(nDraws: number, level: number, nLooks: number): OpenCounts {
  const risk = RISK / (2 * nLooks);
  return { above: lastWithin(nDraws, level, risk), below: nDraws - lastWithin(nDraws, 1 - level, risk) };
}

/** The largest k with P(X <= k) of at most `probability`, X binomial; -1 where there is none. */
function lastWithin(n: number, share: number, probability: number): number {
  const logOdds = Math.log(share) - Math.log1p(-share);
  let log = n * Math.log1p(-share); // of P(X = k): the probabilities themselves are too small
  let below = 0;
  for (let k = 0; ; k++) {
    below += Math.exp(log);
    if (below > probability) return k - 1;
    log += Math.log((n - k) / (k + 1)) + logOdds;
  }
}
