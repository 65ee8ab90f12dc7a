import type { LayerReceipt } from "../model/engine";
import {
  midPMcNemar,
  pairedCounts,
  pairedDifference,
  pairedDifferenceInterval,
  wilsonInterval,
  type Interval,
} from "./paired";
import type { ArmAnswer, ArmOutcome } from "./run-arms";
import { sideEffects, type SideEffects } from "./side-effects";

/** How one arm did, and how it differs from the arm that it is compared with. Proportions are in [0, 1]. */
export interface ArmSummary {
  readonly name: string;
  readonly n: number;
  /** Answers with a score above 0. */
  readonly correct: number;
  readonly accuracy: number;
  /** The accuracy where scores are 0 or 1; less where some are between. */
  readonly meanScore: number;
  /** Of the accuracy: Wilson, 95 %. */
  readonly interval: Interval;
  /** The arm without steering that this one is compared with; null for that arm itself, as all that follows from it. */
  readonly comparedWith: string | null;
  readonly difference: number | null;
  /** Of the difference: Bonett and Price, 95 %. */
  readonly differenceInterval: Interval | null;
  /** Mid-p McNemar, two-sided. */
  readonly pValue: number | null;
  /** Answers made worse, of all that changed (the paper's definition); both definitions are in `sideEffects`. */
  readonly sideEffectRatio: number | null;
  readonly sideEffects: SideEffects | null;
  /** Share of answers that are one of the choices and nothing else; null where there are no choices. */
  readonly formatValid: number | null;
  /** The answer given most often, and by what share: an arm that gives one answer to all knows nothing of the question. */
  readonly commonestAnswer: { readonly completion: string; readonly share: number };
  readonly meanGeneratedTokens: number;
  /** Mean margin of the gold choice, natural logarithm; null where there are no choices. */
  readonly meanMargin: number | null;
  readonly receipt: readonly LayerReceipt[];
}

/** @param baseline the outcome that `outcome` is compared with, on the same samples; itself for a baseline */
export function summarizeArm(outcome: ArmOutcome, baseline: ArmOutcome): ArmSummary {
  const { arm, answers, receipt } = outcome;
  const n = answers.length;
  const correct = answers.filter(isCorrect).length;
  return {
    name: arm.name,
    n,
    correct,
    accuracy: correct / n,
    meanScore: meanOf(answers, ({ score }) => score) ?? 0,
    interval: wilsonInterval(correct, n),
    ...(outcome === baseline ? NO_COMPARISON : comparison(outcome, baseline)),
    formatValid: meanOf(answers, ({ formatValid }) => (formatValid === undefined ? undefined : Number(formatValid))),
    commonestAnswer: commonest(answers),
    meanGeneratedTokens: meanOf(answers, ({ generatedTokens }) => generatedTokens) ?? 0,
    meanMargin: meanOf(answers, ({ margin }) => margin),
    receipt,
  };
}

const NO_COMPARISON = {
  comparedWith: null,
  difference: null,
  differenceInterval: null,
  pValue: null,
  sideEffectRatio: null,
  sideEffects: null,
};

function comparison({ answers }: ArmOutcome, baseline: ArmOutcome) {
  const counts = pairedCounts(baseline.answers.map(isCorrect), answers.map(isCorrect));
  const effects = sideEffects(baseline.answers, answers);
  return {
    comparedWith: baseline.arm.name,
    difference: pairedDifference(counts),
    differenceInterval: pairedDifferenceInterval(counts),
    pValue: midPMcNemar(counts),
    sideEffectRatio: effects.ofChanged,
    sideEffects: effects,
  };
}

/** The level at which a difference counts as shown. */
const ALPHA = 0.05;

/** Whether the arm differs from the one it is compared with by more than chance explains. */
export function isShown({ pValue }: ArmSummary): boolean {
  return pValue !== null && pValue < ALPHA;
}

function commonest(answers: readonly ArmAnswer[]): ArmSummary["commonestAnswer"] {
  const counts = new Map<string, number>();
  for (const { completion } of answers) counts.set(completion, (counts.get(completion) ?? 0) + 1);
  const [completion, count] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ["", 0]);
  return { completion, share: count / answers.length };
}

function isCorrect({ score }: ArmAnswer): boolean {
  return score > 0;
}

/** Over the answers that have the quantity; null when none has. */
function meanOf(answers: readonly ArmAnswer[], quantity: (answer: ArmAnswer) => number | undefined): number | null {
  const values = answers.map(quantity).filter((value) => value !== undefined);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
