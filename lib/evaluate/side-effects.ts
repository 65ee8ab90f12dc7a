import type { Changes, SideEffects } from "./evaluation";

/** An answer and its score in [0, 1]. */
export interface ScoredAnswer {
  readonly completion: string;
  readonly score: number;
}

interface Change {
  readonly from: number;
  readonly to: number;
}

/** @param baseline answers to the same questions as `arm`, in the same order */
export function sideEffects(baseline: readonly ScoredAnswer[], arm: readonly ScoredAnswer[]): SideEffects {
  const changed = changedScores(baseline, arm);
  const worse = changed.filter(({ from, to }) => to < from).length;
  const better = changed.filter(({ from, to }) => to > from).length;
  const ratio = (of: number) => (of === 0 ? null : worse / of);
  return {
    changed: changed.length,
    worse,
    better,
    ofChanged: ratio(changed.length),
    ofRescored: ratio(worse + better),
  };
}

/** @param baseline answers to the same questions as `arm`, in the same order */
export function changes(baseline: readonly ScoredAnswer[], arm: readonly ScoredAnswer[]): Changes {
  const changed = changedScores(baseline, arm);
  const count = (wasRight: boolean, isRight: boolean) =>
    changed.filter(({ from, to }) => from > 0 === wasRight && to > 0 === isRight).length;
  return {
    rightToWrong: count(true, false),
    wrongToRight: count(false, true),
    wrongToOtherWrong: count(false, false),
    rightToOtherRight: count(true, true),
  };
}

/** Of the answers that differ in text, or in score where the scorer reads more than the text. */
function changedScores(baseline: readonly ScoredAnswer[], arm: readonly ScoredAnswer[]): Change[] {
  return arm
    .map(({ completion, score }, i) => ({
      completion,
      from: baseline[i]!.score,
      to: score,
      was: baseline[i]!.completion,
    }))
    .filter(({ completion, was, from, to }) => completion !== was || from !== to);
}
