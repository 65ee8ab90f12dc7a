import { dot } from "./dot";
import { normalQuantile } from "./normal";

/** log-odds = intercept + sum of weight times column. */
export interface LogisticFit {
  readonly intercept: number;
  /** One a column; exactly 0 for one that is left out. */
  readonly weights: Float64Array;
}

/** Of a step times the root of its curvature: what is left of the way is about as small. */
const TOLERANCE = 1e-9;
/** Reached only where columns are all but the same, so that it hardly matters which of them has the weight. */
const MOST_STEPS = 50;
const MOST_SWEEPS = 1000;
const HALVINGS = 20;
/** Of p (1 - p), the log-loss of one sample's, where the fit is sure of it. */
const LEAST_CURVATURE = 1e-5;

/**
 * Logistic regression with an L1 penalty: what minimises mean log-loss + penalty x sum of |weight|; the intercept is free.
 *
 * By Newton's steps, to the minimum of the penalty and the loss's parabola, which coordinate descent on products of columns
 * finds (Friedman, Hastie and Tibshirani 2010, J. Stat. Softw. 33, 1); halved until they lower the sum of penalty and loss.
 *
 * @param columns [p][n]
 * @param correct [n], 1 or 0; where all are alike no column has a weight, and the intercept is infinite
 */
export function fitSparseLogistic(
  columns: readonly Float64Array[],
  correct: ArrayLike<number>,
  penalty: number,
): LogisticFit {
  const n = correct.length;
  const share = shareOf(correct);
  const intercept = Math.log(share / (1 - share));
  if (!Number.isFinite(intercept)) return { intercept, weights: new Float64Array(columns.length) };
  const all = [new Float64Array(n).fill(1), ...columns]; // that of the intercept is the first
  let weights = new Float64Array(all.length);
  weights[0] = intercept;
  let here = at(all, correct, penalty, weights);
  for (let step = 0; step < MOST_STEPS; step++) {
    const likely = here.logOdds.map((value) => 1 / (1 + Math.exp(-value)));
    const missing = likely.map((p, i) => correct[i]! - p);
    const slopes = Float64Array.from(all, (column) => dot(column, missing) / n);
    const curvatures = productsOf(
      all,
      likely.map((p) => Math.max(p * (1 - p), LEAST_CURVATURE) / n),
    );
    const target = weights.slice();
    descend(target, slopes, curvatures, penalty);
    let next = target;
    let there = at(all, correct, penalty, next);
    for (let halving = 1; there.sum > here.sum && halving <= HALVINGS; halving++) {
      next = target.map((weight, k) => weights[k]! + (weight - weights[k]!) / 2 ** halving);
      there = at(all, correct, penalty, next);
    }
    if (there.sum > here.sum) break; // by rounding: this is the minimum
    const moved = next.map((weight, k) => Math.abs(weight - weights[k]!) * Math.sqrt(curvatures[k * all.length + k]!));
    [weights, here] = [next, there];
    if (Math.max(...moved) < TOLERANCE) break;
  }
  return { intercept: weights[0]!, weights: weights.slice(1) };
}

/**
 * The penalty that, but for a risk of `level`, no column of root mean square 1 gets over when none has to do with being
 * correct: the largest of p slopes at 0 is then smaller (Belloni, Chernozhukov and Wei 2016, J. Bus. Econ. Stat. 34, 606).
 */
export function chancePenalty(correct: ArrayLike<number>, nColumns: number, level: number): number {
  const share = shareOf(correct);
  const z = normalQuantile(1 - level / (2 * Math.max(1, nColumns)));
  return z * Math.sqrt((share * (1 - share)) / correct.length);
}

/**
 * To where the penalty and the parabola with these slopes are least: weights in place, and slopes with them. The first weight
 * has no penalty.
 *
 * @param curvatures [size, size]
 */
function descend(weights: Float64Array, slopes: Float64Array, curvatures: Float64Array, penalty: number): void {
  const size = weights.length;
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let most = 0;
    for (let k = 0; k < size; k++) {
      const own = curvatures[k * size + k]!;
      if (own === 0) continue;
      const free = weights[k]! + slopes[k]! / own;
      const weight = k === 0 ? free : shrunk(free, penalty / own, TOLERANCE / Math.sqrt(own));
      const step = weight - weights[k]!;
      if (step === 0) continue;
      weights[k] = weight;
      for (let j = 0; j < size; j++) slopes[j]! -= step * curvatures[k * size + j]!;
      most = Math.max(most, Math.abs(step) * Math.sqrt(own));
    }
    if (most < TOLERANCE) return;
  }
}

/** The log-odds of samples by weights of columns, and the sum of mean log-loss and penalty. */
function at(
  columns: readonly Float64Array[],
  correct: ArrayLike<number>,
  penalty: number,
  weights: Float64Array,
): { readonly logOdds: Float64Array; readonly sum: number } {
  const n = correct.length;
  const logOdds = new Float64Array(n);
  let size = 0;
  for (const [k, column] of columns.entries()) {
    const weight = weights[k]!;
    if (k > 0) size += Math.abs(weight);
    if (weight !== 0) for (let i = 0; i < n; i++) logOdds[i]! += weight * column[i]!;
  }
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const value = logOdds[i]!;
    loss += Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value))) - correct[i]! * value;
  }
  return { logOdds, sum: loss / n + penalty * size };
}

/** [size, size] of each two columns, samples by their importance. */
function productsOf(columns: readonly Float64Array[], importance: Float64Array): Float64Array {
  const size = columns.length;
  const products = new Float64Array(size * size);
  for (let a = 0; a < size; a++) {
    const own = columns[a]!.map((value, i) => value * importance[i]!);
    for (let b = 0; b <= a; b++) products[a * size + b] = products[b * size + a] = dot(own, columns[b]!);
  }
  return products;
}

function shareOf(correct: ArrayLike<number>): number {
  return Array.from(correct).reduce((sum, value) => sum + value, 0) / correct.length;
}

/** Nearer to 0 by `by`; 0 where less than `least` is left, which may be rounding of a column that is there twice. */
function shrunk(value: number, by: number, least: number): number {
  const left = Math.abs(value) - by;
  return left < least ? 0 : Math.sign(value) * left;
}
