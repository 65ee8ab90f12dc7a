import { ALPHA } from "../statistics/alpha";
import { bootstrapInterval } from "../statistics/bootstrap";
import { detectableGain } from "../statistics/detectable";
import { mean } from "../statistics/mean";
import type { Comparison, Evaluation } from "./evaluation";
import type { Interval } from "../statistics/interval";
import type { Clusters } from "../statistics/clusters";
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
  { metric, seed, clusters }: Measure,
): Pick<Comparison, "difference" | "interval" | "test" | "pValue"> {
  const differences = scores.map((score, i) => score - reference[i]!);
  const isRight = (score: number) => score > 0;
  const counts = pairedCounts(reference.map(isRight), scores.map(isRight));
  return {
    difference: mean(differences),
    interval:
      metric === "accuracy"
        ? accuracyInterval(counts, differences, clusters)
        : bootstrapInterval(differences, seed, clusters),
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
  const { difference, interval, test, pValue } = pairedDifference(scores, others, measure);
  const { metric, seed, clusters, nPeers = 1 } = measure;
  const lengths = answers.map(({ generatedTokens }, i) => generatedTokens - reference.answers[i]!.generatedTokens);
  return {
    with: reference.arm.name,
    difference,
    interval,
    bootstrapInterval: metric === "accuracy" ? bootstrapInterval(differences, seed, clusters) : interval,
    test,
    pValue,
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

function accuracyInterval(counts: PairedCounts, differences: readonly number[], clusters: Clusters): Interval {
  if (!clusters) return pairedDifferenceInterval(counts);
  const worth = effectiveSize(differences, clusters) / counts.n;
  return pairedDifferenceInterval({
    n: counts.n * worth,
    better: counts.better * worth,
    worse: counts.worse * worth,
  });
}
