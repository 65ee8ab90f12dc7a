import { nextTurn } from "../next-turn";
import { dot } from "./dot";

/** Numbers in rows, [n, d], row-major. */
export interface Rows {
  readonly d: number;
  readonly values: Float32Array;
}

/** The log-odds w . x + bias of a row x. */
export interface LinearScore {
  /** [d] */
  readonly weights: Float64Array;
  readonly bias: number;
}

export interface LogisticOptions {
  /** Rows that are fitted, each with its label. @default all */
  readonly among?: readonly number[];
  /** Of the penalty ridge / 2 |w|^2; the bias has none. */
  readonly ridge: number;
  readonly signal?: AbortSignal | undefined;
}

/** Newton steps, and steps of conjugate gradients in each, at most; and the part of the first gradient that may be left. */
const NEWTON = 30;
const CONJUGATE = 60;
const ENOUGH = 1e-5;

/**
 * Logistic regression with a ridge: the w and bias that minimise sum_i log(1 + exp(-s_i (w . x_i + bias))) + ridge / 2 |w|^2,
 * s_i = 1 where the label is 1, else -1. Newton's steps by truncated conjugate gradients (Nocedal and Wright 2006, algorithm
 * 7.1), halved until the loss falls. Same rows, same bits.
 *
 * @param labels [n], 0 or 1
 * @throws the signal's reason after an abort
 */
export async function ridgeLogistic(
  rows: Rows,
  labels: ArrayLike<number>,
  { among = Array.from(labels, (_, i) => i), ridge, signal }: LogisticOptions,
): Promise<LinearScore> {
  const { d } = rows;
  const at = new Float64Array(d + 1); // the last is the bias
  let scores = new Float64Array(among.length);
  let loss = lossOf(at, scores);
  let first = 0;
  for (let step = 0; step < NEWTON; step++) {
    await nextTurn(signal);
    const chances = scores.map((score) => 1 / (1 + Math.exp(-score)));
    const gradient = transposed(chances.map((chance, k) => chance - labels[among[k]!]!));
    for (let j = 0; j < d; j++) gradient[j]! += ridge * at[j]!;
    const size = Math.sqrt(dot(gradient, gradient));
    if (step === 0) first = size;
    if (size <= ENOUGH * first) break;
    const curvature = chances.map((chance) => chance * (1 - chance));
    const direction = descent(gradient, Math.min(0.5, Math.sqrt(size / first)) * size, (vector) => {
      const image = transposed(products(vector).map((product, k) => curvature[k]! * product));
      for (let j = 0; j < d; j++) image[j]! += ridge * vector[j]!;
      return image;
    });
    const along = products(direction);
    const slope = dot(gradient, direction);
    let part = 1;
    let found = moved(part);
    while (found.loss > loss + 1e-4 * part * slope && part > 1e-6) found = moved((part /= 2));
    if (!(found.loss < loss)) break; // to the last bit
    at.set(found.at);
    ({ scores, loss } = found);

    function moved(part: number) {
      const next = at.map((value, j) => value + part * direction[j]!);
      const scored = scores.map((score, k) => score + part * along[k]!);
      return { at: next, scores: scored, loss: lossOf(next, scored) };
    }
  }
  return { weights: at.slice(0, d), bias: at[d]! };

  function lossOf(point: Float64Array, scored: Float64Array): number {
    let total = 0;
    scored.forEach((score, k) => {
      const margin = labels[among[k]!]! > 0 ? score : -score;
      total += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
    });
    for (let j = 0; j < d; j++) total += (ridge / 2) * point[j]! ** 2;
    return total;
  }

  /** Of each row with a vector. */
  function products(vector: Float64Array): Float64Array {
    return Float64Array.from(among, (i) => scoreOf(rows, i, vector, vector[d]!));
  }

  /** The sum of the rows, each times its factor. */
  function transposed(factors: Float64Array): Float64Array {
    const sum = new Float64Array(d + 1);
    for (const [k, i] of among.entries()) {
      const [factor, begin] = [factors[k]!, i * d];
      for (let j = 0; j < d; j++) sum[j]! += factor * rows.values[begin + j]!;
      sum[d]! += factor;
    }
    return sum;
  }
}

/** w . x_i + bias. */
export function scoreOf({ d, values }: Rows, i: number, weights: ArrayLike<number>, bias: number): number {
  let total = bias;
  for (let j = 0, begin = i * d; j < d; j++) total += weights[j]! * values[begin + j]!;
  return total;
}

/** A vector v with A v = -gradient, to `tolerance`, by conjugate gradients. */
function descent(
  gradient: Float64Array,
  tolerance: number,
  apply: (vector: Float64Array) => Float64Array,
): Float64Array {
  const found = new Float64Array(gradient.length);
  const rest = gradient.map((value) => -value);
  const direction = rest.slice();
  let square = dot(rest, rest);
  for (let step = 0; step < CONJUGATE && Math.sqrt(square) > tolerance; step++) {
    const image = apply(direction);
    const bend = dot(direction, image);
    if (!(bend > 0)) break;
    const by = square / bend;
    for (let j = 0; j < found.length; j++) {
      found[j]! += by * direction[j]!;
      rest[j]! -= by * image[j]!;
    }
    const next = dot(rest, rest);
    for (let j = 0; j < found.length; j++) direction[j] = rest[j]! + (next / square) * direction[j]!;
    square = next;
  }
  return found;
}
