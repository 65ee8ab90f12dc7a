import { SteeringError } from "../errors";
import { norm } from "../statistics/norm";
import { isNumeric, type Variable } from "./variables";

/** What is projected out of scores and activations: all combinations of the constant and the covariates. */
export interface CovariateSpan {
  /** Orthonormal rows [size, n], the constant first. */
  readonly rows: Float64Array;
  readonly size: number;
  /** Covariates that say nothing beyond the constant and those before them. */
  readonly redundant: readonly string[];
}

/** Of a column's length what must be left when the columns before it are taken out, or it is their combination. */
const RANK_TOLERANCE = 1e-8;
/** The same of all of its length, where rounding begins. */
const ROUNDING = 1e-12;

/**
 * The constant and the covariates, categories as one column for each value (one of which is redundant), by Gram-Schmidt
 * done twice: once loses orthogonality where columns are nearly parallel (Giraud et al. 2005).
 *
 * @throws ERR_DEGENERATE when too few samples are left to correlate
 */
export function spanOf(n: number, covariates: ReadonlyMap<string, Variable>): CovariateSpan {
  const vectors = [new Float64Array(n).fill(1 / Math.sqrt(n))];
  const redundant: string[] = [];
  for (const [name, variable] of covariates) {
    const before = vectors.length;
    for (const column of columnsOf(variable)) {
      const size = norm(column);
      projectOut(column, vectors.slice(0, 1));
      const length = norm(column); // of what varies: a date is far from 0, and varies little beside that
      for (let pass = 0; pass < 2; pass++) projectOut(column, vectors);
      const left = norm(column);
      if (left > RANK_TOLERANCE * length && left > ROUNDING * size) vectors.push(column.map((value) => value / left));
    }
    if (vectors.length === before) redundant.push(name);
  }
  if (vectors.length > 1 && n < vectors.length + 2) {
    throw new SteeringError(
      "ERR_DEGENERATE",
      `${n} samples are too few to correlate given ${[...covariates.keys()].join(", ")}, which take ${vectors.length - 1} columns`,
      { n, columns: vectors.length - 1 },
    );
  }
  const flat = new Float64Array(vectors.length * n);
  vectors.forEach((vector, i) => flat.set(vector, i * n));
  return { rows: flat, size: vectors.length, redundant };
}

/** What the covariates do not explain of a column, in place. */
export function residualOf(column: Float64Array, { rows, size }: CovariateSpan): Float64Array {
  const n = column.length;
  projectOut(
    column,
    Array.from({ length: size }, (_, i) => rows.subarray(i * n, (i + 1) * n)),
  );
  return column;
}

function columnsOf(variable: Variable): Float64Array[] {
  if (isNumeric(variable)) return [Float64Array.from(variable)];
  return [...new Set(variable)].map((category) => Float64Array.from(variable, (value) => Number(value === category)));
}

function projectOut(column: Float64Array, vectors: readonly Float64Array[]): void {
  for (const vector of vectors) {
    const along = vector.reduce((sum, value, i) => sum + value * column[i]!, 0);
    for (let i = 0; i < column.length; i++) column[i]! -= along * vector[i]!;
  }
}
