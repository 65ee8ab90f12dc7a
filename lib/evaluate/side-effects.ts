/** An answer and its score in [0, 1]. */
export interface ScoredAnswer {
  readonly completion: string;
  readonly score: number;
}

/** What steering changed, and what of it for the worse (Side Effect Ratio). */
export interface SideEffects {
  /** Answers whose text differs from the baseline's; those of them that score lower; those that score higher. */
  readonly changed: number;
  readonly worse: number;
  readonly better: number;
  /** worse / changed, the paper's definition; null when nothing changed. */
  readonly ofChanged: number | null;
  /** worse / (worse + better), the published code's: wrong answers that became other wrong ones do not count. */
  readonly ofRescored: number | null;
}

/** @param baseline answers to the same questions as `arm`, in the same order */
export function sideEffects(baseline: readonly ScoredAnswer[], arm: readonly ScoredAnswer[]): SideEffects {
  const changes = arm
    .map(({ completion, score }, i) => ({
      differs: completion !== baseline[i]!.completion,
      by: score - baseline[i]!.score,
    }))
    .filter(({ differs }) => differs);
  const changed = changes.length;
  const worse = changes.filter(({ by }) => by < 0).length;
  const better = changes.filter(({ by }) => by > 0).length;
  const ratio = (of: number) => (of === 0 ? null : worse / of);
  return { changed, worse, better, ofChanged: ratio(changed), ofRescored: ratio(worse + better) };
}
