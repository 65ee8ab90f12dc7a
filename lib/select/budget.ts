import { byRank } from "../rank/ranking";
import type { Dose } from "./doses";

/** Answers that so many candidates take, and no steering. */
export function screeningAnswers(nCandidates: number, nQuestions: number): number {
  return (nCandidates + 1) * nQuestions;
}

/**
 * What a budget of answers has room for: the best feature of each layer, then the second of each, and so on while all doses
 * of a feature fit.
 *
 * @param layers by layer and feature, best first, its doses. @returns in their order
 */
export function dosesWithin(
  budget: number,
  layers: readonly (readonly (readonly Dose[])[])[],
  nQuestions: number,
): Dose[] {
  const nRounds = Math.max(0, ...layers.map((features) => features.length));
  const rounds = Array.from({ length: nRounds }, (_, rank) =>
    layers.flatMap((features) => features.slice(rank, rank + 1).filter((doses) => doses.length > 0)),
  );
  const ordered = rounds.flatMap((round) => round.sort(([a], [b]) => byRank(a!.feature, b!.feature)));
  const kept = new Set<readonly Dose[]>();
  let n = 0;
  for (const doses of ordered) {
    n += doses.length;
    if (screeningAnswers(n, nQuestions) > budget) break;
    kept.add(doses);
  }
  return layers.flatMap((features) => features.filter((doses) => kept.has(doses)).flat());
}
