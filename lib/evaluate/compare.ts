import { bootstrapInterval } from "../statistics/bootstrap";
import { mean } from "../statistics/mean";
import type { Comparison, Evaluation } from "./evaluation";
import type { Interval } from "../statistics/interval";
import { midPMcNemar, pairedCounts, pairedDifferenceInterval, wilsonInterval } from "../statistics/paired";
import { pairedPermutation } from "../statistics/paired-permutation";
import type { ArmOutcome } from "../ask/run-arms";
import { changes, sideEffects } from "./side-effects";

/** What is compared, and the seed of what is drawn for it. */
export interface Measure {
  readonly metric: Evaluation["metric"];
  readonly seed: number;
}

/** Accuracy where every score is 0 or 1. */
export function metricOf(outcomes: readonly ArmOutcome[]): Evaluation["metric"] {
  const binary = outcomes.every(({ answers }) => answers.every(({ score }) => score === 0 || score === 1));
  return binary ? "accuracy" : "mean score";
}

/** Of the mean score: Wilson's where scores are 0 or 1, else BCa bootstrap. */
export function meanInterval(scores: readonly number[], { metric, seed }: Measure): Interval {
  if (metric === "accuracy") return wilsonInterval(scores.filter((score) => score > 0).length, scores.length);
  return bootstrapInterval(scores, seed);
}

/** A comparison whose p is not adjusted yet. @param reference the outcome compared with, on the same questions */
export function compare(
  { answers }: ArmOutcome,
  reference: ArmOutcome,
  { metric, seed }: Measure,
): Omit<Comparison, "adjustedP"> {
  const differences = answers.map(({ score }, i) => score - reference.answers[i]!.score);
  const bootstrap = bootstrapInterval(differences, seed);
  const isRight = ({ score }: { readonly score: number }) => score > 0;
  const counts = pairedCounts(reference.answers.map(isRight), answers.map(isRight));
  const lengths = answers.map(({ generatedTokens }, i) => generatedTokens - reference.answers[i]!.generatedTokens);
  return {
    with: reference.arm.name,
    difference: mean(differences),
    interval: metric === "accuracy" ? pairedDifferenceInterval(counts) : bootstrap,
    bootstrapInterval: bootstrap,
    ...(metric === "accuracy"
      ? { test: "mid-p McNemar", pValue: midPMcNemar(counts) }
      : { test: "paired permutation", pValue: pairedPermutation(differences, seed) }),
    changes: changes(reference.answers, answers),
    sideEffects: sideEffects(reference.answers, answers),
    lengthChange: mean(lengths),
  };
}
