import { holm } from "../statistics/holm";
import { ALPHA } from "../statistics/alpha";
import { mapInTurns } from "../next-turn";
import type { Clusters } from "../statistics/clusters";
import { meanAndError } from "../statistics/mean";
import { normalQuantile, Z_ONE_SIDED } from "../statistics/normal";
import { risesAsked, riseTest, type Differences, type OutcomeName } from "./effect";

/** How a candidate fared. */
export interface Screened extends Differences {
  /** The stage after which it was given up; null when it was asked all questions. */
  readonly droppedAtStage: number | null;
  /** One-sided, of what has to rise; null for a candidate that was given up, which counts as 1 in `adjustedP`. */
  readonly pValue: number | null;
  readonly adjustedP: number | null;
}

/** Asks some candidates, by number, the questions `from` to `to`; gives their paired differences in that order. */
export type Ask = (candidates: readonly number[], from: number, to: number) => Promise<readonly Differences[]>;

export interface ScreenOptions {
  readonly nCandidates: number;
  readonly nQuestions: number;
  /** Of the questions; undefined where each is by itself. */
  readonly clusters?: Clusters;
  readonly outcome: OutcomeName;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Fewer questions say nothing about a candidate. */
const FIRST_STAGE = 16;
/** How far above its estimate an effect may still be. */
const OPTIMISM = Z_ONE_SIDED;

/**
 * Tests many candidates on few questions: all are asked an eighth of them, then those with hope a quarter, half, all. A
 * candidate that is given up has failed, whatever it would have done later; one that is never given up is tested once, on
 * all questions. So giving up can only turn "helps" into "does not": Holm's family-wise error over all candidates, with p
 * = 1 for those given up, stays what it is without looking (the rule is futility only, and not binding: Lan, Simon and
 * Halperin 1982; Jennison and Turnbull 2000, section 10.6). It costs power, which the rule keeps small: see `isHopeless`.
 */
export async function screen(ask: Ask, options: ScreenOptions): Promise<Screened[]> {
  const { nCandidates, nQuestions, clusters, outcome, seed, signal } = options;
  const level = ALPHA / Math.max(1, nCandidates);
  const seen = Array.from({ length: nCandidates }, (): Differences => ({ effect: [], score: [], choice: [] }));
  const droppedAt = new Array<number | null>(nCandidates).fill(null);
  let from = 0;
  for (const [stage, to] of stages(nQuestions).entries()) {
    const asked = [...droppedAt.keys()].filter((i) => droppedAt[i] === null);
    const answers = asked.length === 0 ? [] : await ask(asked, from, to);
    for (const [k, i] of asked.entries()) {
      for (const name of ["effect", "score", "choice"] as const) seen[i]![name].push(...answers[k]![name]);
      const rises = risesAsked(seen[i]!, outcome);
      if (to < nQuestions && rises.some((rise) => isHopeless(rise, nQuestions, level, clusters))) droppedAt[i] = stage;
    }
    from = to;
  }
  const pValueOf = (differences: Differences, i: number) =>
    droppedAt[i] === null ? riseTest(differences, outcome, { seed, level, clusters }) : null;
  const pValues = await mapInTurns(seen, pValueOf, signal);
  const adjusted = holm(pValues.map((p) => p ?? 1));
  return seen.map((differences, i) => ({
    ...differences,
    droppedAtStage: droppedAt[i]!,
    pValue: pValues[i]!,
    adjustedP: pValues[i] === null ? null : adjusted[i]!,
  }));
}

/** Numbers of questions asked by the end of each stage. */
export function stages(nQuestions: number): number[] {
  const early = [8, 4, 2].map((part) => Math.ceil(nQuestions / part)).filter((n) => n >= FIRST_STAGE && n < nQuestions);
  return [...early, nQuestions];
}

/**
 * Whether a candidate would more likely miss significance at `level` on all `nQuestions` than reach it, even if its true
 * effect were at the upper bound (95 %, one-sided) of what was seen so far. With z the test statistic now and t the share of questions
 * asked, the one expected at the end is then z sqrt(t) + (z + 1.645) (1 - t) / sqrt(t).
 */
export function isHopeless(effect: readonly number[], nQuestions: number, level: number, clusters?: Clusters): boolean {
  const { mean, error } = meanAndError(effect, clusters);
  if (error === 0 && mean !== 0) return mean < 0;
  const z = error === 0 ? 0 : mean / error;
  const t = effect.length / nQuestions;
  return (z + OPTIMISM * (1 - t)) / Math.sqrt(t) < normalQuantile(1 - level);
}
