import { ALPHA } from "../statistics/alpha";
import { bootstrapInterval } from "../statistics/bootstrap";
import { detectableGain } from "../statistics/detectable";
import { mean } from "../statistics/mean";
import type { Comparison, Evaluation } from "./evaluation";
import type { Interval } from "../statistics/interval";
import type { Clusters } from "../statistics/clusters";
import { normalProbability } from "../statistics/normal";
import { effectiveSize } from "../statistics/effective-size";
import {
  midPMcNemar,
  pairedCounts,
  pairedDifferenceInterval,
  wilsonInterval,
  type PairedCounts,
} from "../statistics/paired";
import { pairedPermutation } from "../statistics/paired-permutation";
import type { ArmOutcome } from "../ask/run-arms";
import { changes, sideEffects } from "./side-effects";

/** What is compared, and the seed of what is drawn for it. */
export interface Measure {
  readonly metric: Evaluation["metric"];
  readonly seed: number;
  /** Of the questions; undefined where each is by itself. */
  readonly clusters?: Clusters;
  /** How many arms are compared together, one of which will be told of. @default 1 */
  readonly nPeers?: number;
  /** In standard errors, of intervals that are right for all of them at once. @default none is asked for */
  readonly reach?: number | undefined;
}

/** Accuracy where every score is 0 or 1. */
export function metricOf(outcomes: readonly ArmOutcome[]): Evaluation["metric"] {
  const binary = outcomes.every(({ answers }) => answers.every(({ score }) => score === 0 || score === 1));
  return binary ? "accuracy" : "mean score";
}

/** Of the mean score: Wilson's where scores are 0 or 1, of as many as clustered ones are worth; else BCa bootstrap. */
export function meanInterval(scores: readonly number[], { metric, seed, clusters }: Measure): Interval {
  if (metric !== "accuracy") return bootstrapInterval(scores, seed, clusters);
  const correct = scores.filter((score) => score > 0).length;
  if (!clusters) return wilsonInterval(correct, scores.length);
  const size = effectiveSize(scores, clusters);
  return wilsonInterval((correct / scores.length) * size, size);
}

/** How scores differ from others of the same questions, in pairs. */
export function pairedDifference(
  scores: readonly number[],
  reference: readonly number[],
  { metric, seed, clusters, reach }: Measure,
): Pick<Comparison, "difference" | "interval" | "simultaneousInterval" | "test" | "pValue"> {
  const differences = scores.map((score, i) => score - reference[i]!);
  const isRight = (score: number) => score > 0;
  const counts = pairedCounts(reference.map(isRight), scores.map(isRight));
  return {
    difference: mean(differences),
    interval:
      metric === "accuracy"
        ? accuracyInterval(counts, differences, clusters)
        : bootstrapInterval(differences, seed, clusters),
    ...(reach !== undefined && {
      simultaneousInterval:
        metric === "accuracy"
          ? accuracyInterval(counts, differences, clusters, reach)
          : bootstrapInterval(differences, seed, clusters, normalProbability(-reach)),
    }),
    ...(metric === "accuracy" && !clusters
      ? { test: "mid-p McNemar", pValue: midPMcNemar(counts) }
      : {
          test: clusters ? "paired permutation by cluster" : "paired permutation",
          pValue: pairedPermutation(differences, seed, clusters),
        }),
  };
}

/** A comparison whose p is not adjusted yet. @param reference the outcome compared with, on the same questions */
export function compare(
  { answers }: ArmOutcome,
  reference: ArmOutcome,
  measure: Measure,
): Omit<Comparison, "adjustedP"> {
  const [scores, others] = [scoresOf(answers), scoresOf(reference.answers)];
  const differences = scores.map((score, i) => score - others[i]!);
  const { interval, ...paired } = pairedDifference(scores, others, measure);
  const { metric, seed, clusters, nPeers = 1 } = measure;
  const lengths = answers.map(({ generatedTokens }, i) => generatedTokens - reference.answers[i]!.generatedTokens);
  return {
    with: reference.arm.name,
    ...paired,
    interval,
    bootstrapInterval: metric === "accuracy" ? bootstrapInterval(differences, seed, clusters) : interval,
    detectable: detectableGain(
      effectiveSize(differences, clusters),
      mean(differences.map((difference) => difference ** 2)),
      ALPHA / nPeers,
    ),
    changes: changes(reference.answers, answers),
    sideEffects: sideEffects(reference.answers, answers),
    lengthChange: mean(lengths),
  };
}

export function scoresOf(answers: readonly { readonly score: number }[]): number[] {
  return answers.map(({ score }) => score);
}

/** Of as many pairs as clustered ones are worth. @param reach in standard errors; 95 % by default */
export function accuracyInterval(
  counts: PairedCounts,
  differences: readonly number[],
  clusters: Clusters,
  reach?: number,
): Interval {
  if (!clusters) return pairedDifferenceInterval(counts, reach);
  const worth = effectiveSize(differences, clusters) / counts.n;
  const { n, better, worse } = counts;
  return pairedDifferenceInterval({ n: n * worth, better: better * worth, worse: worse * worth }, reach);
}
