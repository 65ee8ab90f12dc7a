import { joined } from "../statistics/joined";
import { mean } from "../statistics/mean";
import { invalidArgument, SteeringError } from "../errors";
import { isNumeric, type Variable } from "./variables";

/** What activations are correlated with, one number a sample, and which samples count as correct. */
export interface Labels {
  /** [n] */
  readonly y: Float64Array;
  /** A sample is correct when its y is above this. */
  readonly correctAbove: number;
}

/** The answers' scores: correct is what scores above 0, as published. Reversed: y is 1 - score. */
export function scoreLabels(scores: readonly Float64Array[], reverse: boolean): Labels {
  const y = joined(Float64Array, scores);
  return { y: reverse ? y.map((score) => 1 - score) : y, correctAbove: 0 };
}

/**
 * Any other variable: Pearson's r does not mind its unit, and "correct" is above its mean, which for a yes or no is yes.
 * Reversed: minus the variable.
 *
 * @throws ERR_INVALID_ARGUMENT for categories, ERR_NON_FINITE
 */
export function targetLabels(name: string, variable: Variable, reverse: boolean): Labels {
  if (!isNumeric(variable))
    throw invalidArgument("target", "numbers, or <variable>=<value>", `the categories of ${name}`);
  const y = Float64Array.from(variable, (value) => (reverse ? 0 - value : value));
  const stray = y.findIndex((value) => !Number.isFinite(value));
  if (stray >= 0)
    throw new SteeringError("ERR_NON_FINITE", `sample ${stray} has ${name} ${y[stray]}`, { sample: stray });
  return { y, correctAbove: mean(y) };
}
