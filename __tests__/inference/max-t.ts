// Joint maxima of permuted statistics (Westfall and Young 1993): of r, or of r made comparable between features; in one step,
// or stepping down. What the program does is "r"; the others are what it was compared with.
import { ALPHA } from "../../lib/statistics/alpha";
import { permutationMoments, powerSums, type PermutationMoments } from "../../lib/statistics/tail-probability";
import { oneGroup } from "../../lib/statistics/groups";
import type { Draw } from "./draw";

export const VARIANTS = ["r", "r, stepping down", "studentised", "studentised, stepping down"] as const;
export type Variant = (typeof VARIANTS)[number];

const PERMUTATIONS = 199;

/** The features that survive, by variant. @param features activations by feature, one a sample */
export function survivorsOfVariants(
  draw: Draw,
  scores: readonly number[],
  features: readonly (readonly number[])[],
): Record<Variant, ReadonlySet<number>> {
  const y = unit(scores);
  const groups = oneGroup(y.length);
  const scoreSums = powerSums([...y.keys()], y, groups);
  const columns = features.map((feature) => {
    const z = unit(feature);
    return { z, moments: permutationMoments(powerSums([...z.keys()], z, groups), scoreSums, groups) };
  });
  const correlate = (of: readonly number[]) =>
    Float64Array.from(columns, ({ z }) => z.reduce((sum, value, i) => sum + value * of[i]!, 0));
  const observed = correlate(y);
  const permuted = Array.from({ length: PERMUTATIONS }, () => correlate(draw.shuffled(y)));
  const student = (r: Float64Array) => r.map((value, feature) => studentised(value, columns[feature]!.moments));
  return {
    r: survivors(observed, permuted, false),
    "r, stepping down": survivors(observed, permuted, true),
    studentised: survivors(student(observed), permuted.map(student), false),
    "studentised, stepping down": survivors(student(observed), permuted.map(student), true),
  };
}

/** Less their mean, and of norm 1. */
function unit(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const norm = Math.hypot(...centred);
  return centred.map((value) => value / norm);
}

/**
 * r as the normal quantile of its own distribution under permutation: by its deviation and skewness, as a gamma made normal
 * by a cube root (Wilson and Hilferty 1931).
 */
function studentised(r: number, { deviation, skewness }: PermutationMoments): number {
  const z = r / deviation;
  if (Math.abs(skewness) < 1e-6) return z;
  return (6 / skewness) * (Math.cbrt(1 + (skewness * z) / 2) - 1) + skewness / 6;
}

/** Those whose adjusted p is at most ALPHA. */
function survivors(observed: Float64Array, permuted: readonly Float64Array[], stepsDown: boolean): ReadonlySet<number> {
  const remaining = new Set(observed.keys());
  const found = new Set<number>();
  for (;;) {
    const best = permuted.map((statistics) => Math.max(...[...remaining].map((feature) => statistics[feature]!)));
    const added = [...remaining].filter((feature) => {
      const asStrong = best.filter((strength) => strength >= observed[feature]! - 1e-12).length;
      return (1 + asStrong) / (1 + PERMUTATIONS) <= ALPHA;
    });
    for (const feature of added) {
      found.add(feature);
      remaining.delete(feature);
    }
    if (!stepsDown || added.length === 0 || remaining.size === 0) return found;
  }
}
