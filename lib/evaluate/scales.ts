import { distinct, list, number } from "../options/kinds";

/** Multiples of the coefficients that profiles are run at besides 1. */
export const scaleList = distinct(list(number("finite numbers"), "finite numbers"), "number");
