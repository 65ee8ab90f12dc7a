import type { Ranking } from "./ranking";

type Tested = Pick<NonNullable<Ranking["null"]>, "permutations" | "alpha" | "nUndecided">;

/** That the seed decides of some features, where it does. */
export function undecidedSentences({ permutations, alpha, nUndecided = 0 }: Tested): string[] {
  if (nUndecided === 0) return [];
  const [are, they] = nUndecided === 1 ? ["feature is", "it survives"] : ["features are", "they survive"];
  return [
    `${nUndecided} ${are} so near p = ${alpha} that ${permutations} permutations do not decide whether ${they}: others might say otherwise.`,
  ];
}
