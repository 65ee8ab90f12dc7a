import { clusterTotals, type Clusters } from "./clusters";
import { mean, sum } from "./mean";
import { Z_TWO_SIDED } from "./normal";
import { normal, seededRandom } from "./random";

const DRAWS = 10_000;
const LEVEL = 0.95;

/**
 * How many standard errors the intervals of several means reach, so that all of them are right in 95 %, and so is that of the
 * largest, though it was picked for that: the quantile of the largest |z| of normal numbers that go together as the means do
 * (Hothorn, Bretz and Westfall 2008, Biom. J. 50, 346), by 10,000 draws. 1.96 for one.
 *
 * @param columns values of the same questions, whose means these are; one that never varies counts as by itself
 */
export function simultaneousReach(columns: readonly (readonly number[])[], seed: number, clusters?: Clusters): number {
  if (columns.length < 2) return Z_TWO_SIDED;
  const root = choleskyRoot(correlations(columns, clusters));
  const random = seededRandom(seed);
  const largest = new Float64Array(DRAWS);
  for (let draw = 0; draw < DRAWS; draw++) {
    const independent = columns.map(() => normal(random));
    for (const row of root) {
      const z = row.reduce((total, weight, j) => total + weight * independent[j]!, 0);
      largest[draw] = Math.max(largest[draw]!, Math.abs(z));
    }
  }
  return Math.max(Z_TWO_SIDED, largest.sort()[Math.ceil(LEVEL * DRAWS) - 1]!);
}

/** Of the means, by the totals of clusters. */
function correlations(columns: readonly (readonly number[])[], clusters: Clusters): number[][] {
  const influences = columns.map((values) => {
    const centre = mean(values);
    const own = clusterTotals(values, clusters).map((total) => total.sum - total.size * centre);
    const norm = Math.sqrt(sum(own.map((value) => value ** 2)));
    return norm > 0 ? own.map((value) => value / norm) : undefined;
  });
  return influences.map((a, i) =>
    influences.map((b, j) => (i === j ? 1 : a && b ? sum(a.map((value, k) => value * b[k]!)) : 0)),
  );
}

/** Lower triangular; a column of 0 where a row follows from those above it. */
function choleskyRoot(matrix: readonly (readonly number[])[]): number[][] {
  const root = matrix.map((row) => row.map(() => 0));
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const left = row[j]! - sum(root[i]!.slice(0, j).map((value, k) => value * root[j]![k]!));
      const pivot = root[j]![j]!;
      if (i === j) root[i]![i] = Math.sqrt(Math.max(0, left));
      else root[i]![j] = pivot > 1e-6 ? left / pivot : 0;
    }
  });
  return root;
}
