import { invalidArgument, SteeringError } from "../errors";
import type { NativeOperation, NativeProbe } from "../native/addon";

/** A number that is read off the residual rows of a layer, such as a feature's activation: see `featureProbe`. */
export type Probe = NativeProbe;

/** One thing that steering does to the rows of a layer. */
export type Operation = Readonly<NativeOperation>;

/** What is done to every row from the last prompt token on: the vector is added, once. */
export function added(layer: number, vector: Float32Array, scale = 1): Operation {
  return { layer, vector, scale, target: undefined, from: 0, to: undefined, phase: undefined, when: undefined };
}

/** @throws SteeringError `ERR_SHAPE_MISMATCH` where they are not of models of one width */
export function widthOf(operations: readonly Operation[]): number {
  const expected = operations[0]!.vector.length;
  const stray = operations.find(({ vector }) => vector.length !== expected);
  if (!stray) return expected;
  throw new SteeringError(
    "ERR_SHAPE_MISMATCH",
    `vectors of ${expected} and of ${stray.vector.length} values are of models of different widths`,
    { expected, actual: stray.vector.length },
  );
}

/** A score w . x + bias of a row x. */
export function linearProbe(layer: number, weights: Float32Array, bias = 0): Probe {
  return { layer, weights, bias, threshold: undefined, normalization: "none" };
}

/** A score that rows of one side are brought to, as far as they are from it. */
export interface Reach {
  /** w [n_embd] of the score w . x + bias. */
  readonly weights: Float32Array;
  /** @default 0 */
  readonly bias?: number;
  readonly threshold: number;
  /** Which rows: those whose score is above the threshold, or those below. */
  readonly from: "above" | "below";
}

/**
 * x + lambda v where the score s = w . x + b is on the wrong side of its threshold t, lambda = (t - s) / (w . v); else x.
 * With v = w it is the shortest way there: MERA, the closed form of arXiv 2510.13290, whose s is an estimate of the error, to
 * be brought down to t.
 *
 * @throws TypeError `ERR_INVALID_ARGUMENT` where the direction does not move the score
 */
export function reached(layer: number, reach: Reach, direction = reach.weights): Operation {
  const { weights, bias, threshold, from } = reach;
  const along = direction.reduce((sum, x, i) => sum + x * weights[i]!, 0);
  if (along === 0) throw invalidArgument("vector", "a direction along which the score changes", along);
  const of = linearProbe(layer, weights.slice(), bias);
  return { ...added(layer, direction.slice(), 1 / along), target: { of, value: threshold, from } };
}
