import { norm } from "../statistics/norm";
import { membersOf, type Groups } from "../statistics/groups";

/** What is taken out of scores and activations: what is constant within groups, and trends. */
export interface CovariateSpan {
  /** The samples of each group. */
  readonly members: readonly (readonly number[])[];
  /** Orthonormal rows [size, n], each of mean 0 within every group. */
  readonly rows: Float64Array;
  readonly size: number;
  /** Trends that say nothing beyond groups and the trends before them. */
  readonly redundant: readonly string[];
}

/** Of a column's length what must be left when the columns before it are taken out, or it is their combination. */
const RANK_TOLERANCE = 1e-8;
/** The same of all of its length, where rounding begins. */
const ROUNDING = 1e-12;

/**
 * Groups and trends, some columns each, by Gram-Schmidt done twice: once loses orthogonality where columns are nearly
 * parallel (Giraud et al. 2005).
 */
export function spanOf(groups: Groups, trends: ReadonlyMap<string, readonly Float64Array[]>): CovariateSpan {
  const n = groups.of.length;
  const members = membersOf(groups);
  const everyone = [[...groups.of.keys()]];
  const vectors: Float64Array[] = [];
  const redundant: string[] = [];
  for (const [name, columns] of trends) {
    const before = vectors.length;
    for (const given of columns) {
      const column = given.slice();
      const size = norm(column);
      center(column, everyone);
      const length = norm(column); // of what varies: a date is far from 0, and varies little beside that
      for (let pass = 0; pass < 2; pass++) projectOut(column, members, vectors);
      const left = norm(column);
      if (left > RANK_TOLERANCE * length && left > ROUNDING * size) vectors.push(column.map((value) => value / left));
    }
    if (vectors.length === before) redundant.push(name);
  }
  const rows = new Float64Array(vectors.length * n);
  vectors.forEach((vector, i) => rows.set(vector, i * n));
  return { members, rows, size: vectors.length, redundant };
}

/** What groups and trends do not explain of a column, in place. */
export function residualOf(column: Float64Array, { members, rows, size }: CovariateSpan): Float64Array {
  const n = column.length;
  const vectors = Array.from({ length: size }, (_, i) => rows.subarray(i * n, (i + 1) * n));
  projectOut(column, members, vectors);
  return column;
}

/** What the trends explain of a column; the same for samples in which they are the same. */
export function trendOf(column: Float64Array, { rows, size }: CovariateSpan): Float64Array {
  const n = column.length;
  const trend = new Float64Array(n);
  for (let i = 0; i < size; i++) {
    const row = rows.subarray(i * n, (i + 1) * n);
    const along = row.reduce((sum, value, j) => sum + value * column[j]!, 0);
    for (let j = 0; j < n; j++) trend[j]! += along * row[j]!;
  }
  return trend;
}

type Members = CovariateSpan["members"];

function projectOut(column: Float64Array, members: Members, vectors: readonly Float64Array[]): void {
  center(column, members);
  for (const vector of vectors) {
    const along = vector.reduce((sum, value, i) => sum + value * column[i]!, 0);
    for (let i = 0; i < column.length; i++) column[i]! -= along * vector[i]!;
  }
}

/** As projections on what is constant in each group. */
function center(column: Float64Array, members: Members): void {
  for (const group of members) {
    const unit = 1 / Math.sqrt(group.length);
    const along = group.reduce((sum, sample) => sum + unit * column[sample]!, 0);
    for (const sample of group) column[sample]! -= along * unit;
  }
}
