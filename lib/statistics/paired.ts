import type { Interval } from "./interval";
import { Z_TWO_SIDED as Z } from "./normal";

/** How one arm's answers compare with the baseline's on the same questions. */
export interface PairedCounts {
  readonly n: number;
  /** Right with steering, wrong without; and the other way round. */
  readonly better: number;
  readonly worse: number;
}

/** @param baseline whether each answer is correct; `arm` likewise, in the same order */
export function pairedCounts(baseline: readonly boolean[], arm: readonly boolean[]): PairedCounts {
  const better = arm.filter((correct, i) => correct && !baseline[i]).length;
  const worse = baseline.filter((correct, i) => correct && !arm[i]).length;
  return { n: baseline.length, better, worse };
}

/** Wilson's score interval of a proportion (Wilson 1927); [0, 1] without samples. */
export function wilsonInterval(correct: number, n: number): Interval {
  if (n === 0) return [0, 1];
  const p = correct / n;
  const centre = p + (Z * Z) / (2 * n);
  const half = Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n));
  const scale = 1 + (Z * Z) / n;
  return [correct === 0 ? 0 : (centre - half) / scale, correct === n ? 1 : (centre + half) / scale];
}

/**
 * Adjusted Wald interval of the difference of two paired proportions: Bonett and Price 2012 (J. Educ. Behav. Stat. 37,
 * 479), which Fagerland, Lydersen and Laake 2014 (Stat. Med. 33, 2850) recommend. [-1, 1] without samples.
 *
 * @param reach in standard errors; 95 % by default
 */
export function pairedDifferenceInterval({ n, better, worse }: PairedCounts, reach = Z): Interval {
  if (n === 0) return [-1, 1];
  const b = (better + 1) / (n + 2);
  const c = (worse + 1) / (n + 2);
  const half = reach * Math.sqrt((b + c - (b - c) ** 2) / (n + 2));
  return [Math.max(-1, b - c - half), Math.min(1, b - c + half)];
}

/**
 * Two-sided mid-p McNemar test that steering makes answers better as often as worse (Fagerland, Lydersen and Laake
 * 2013, BMC Med. Res. Methodol. 13:91): 2 P(X <= k) - P(X = k), X binomial(better + worse, 1/2), k the smaller count.
 */
export function midPMcNemar({ better, worse }: PairedCounts): number {
  const m = better + worse;
  const k = Math.min(better, worse);
  if (better === worse) return 1;
  const atK = Math.exp(logChoose(m, k) - m * Math.LN2);
  let tail = 0;
  // P(X = i - 1) = P(X = i) i / (m - i + 1), down from k: falling terms, so nothing is lost.
  for (let i = k, term = atK; i > 0 && term > 0; i--) {
    term *= i / (m - i + 1);
    tail += term;
  }
  return Math.min(1, 2 * tail + atK);
}

/** Natural logarithm of "m choose k", as a sum of k logarithms: 1e-12 relative is kept for m in the ten thousands. */
function logChoose(m: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((m - k + i) / i);
  return sum;
}
