import { joined } from "../statistics/joined";
import { NullDistribution, type TestedLayer } from "./significance";

/** Permutations of one sequence: so many, from number `first` on. */
export interface Round {
  readonly first: number;
  readonly permutations: number;
}

/**
 * Goes on permuting while more permutations could put some feature on the other side of the threshold, up to the last look.
 *
 * @param looks numbers of permutations, ascending: the first have been made
 * @param permute gives each layer's strongest feature under each permutation of a round
 */
export async function permuteUntilDecided(
  tests: readonly TestedLayer[],
  looks: readonly number[],
  permute: (round: Round) => Promise<readonly Float64Array[]>,
): Promise<readonly TestedLayer[]> {
  let all = tests;
  for (const [i, look] of looks.slice(1).entries()) {
    if (!isOpen(all, looks.length)) break;
    const first = looks[i]!;
    const added = await permute({ first, permutations: look - first });
    all = all.map((test, l) => ({ ...test, best: joined(Float64Array, [test.best, added[l]!]) }));
  }
  return all;
}

function isOpen(tests: readonly TestedLayer[], nLooks: number): boolean {
  const chance = NullDistribution.ofAll(tests.map(({ best }) => best));
  return tests.some(({ strengths }) => chance.nUndecided(strengths, nLooks) > 0);
}
