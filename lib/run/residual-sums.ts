import { writeColumns, type ListColumn } from "../files/columns";
import { StoredColumns } from "../files/read-columns";

/**
 * Mergeable sums over the residual rows that one SAE read. A sample's row is the mean over its positions; one without
 * positions (an empty answer) counts with a row of zeros, and adds nothing to the norms, which are over positions.
 */
export interface ResidualSums {
  /** The SAE's. */
  readonly layer: number;
  n: number;
  /** Samples with a score above 0. */
  nCorrect: number;
  nPositions: number;
  normSum: number;
  /** [n_embd] */
  readonly sumCorrect: Float64Array;
  readonly sumIncorrect: Float64Array;
}

const COUNTS = ["n", "nCorrect", "nPositions"] as const;
const SUMS = ["sumCorrect", "sumIncorrect"] as const;

export function emptyResidualSums(layer: number, nEmbd: number): ResidualSums {
  const [sumCorrect, sumIncorrect] = [new Float64Array(nEmbd), new Float64Array(nEmbd)];
  return { layer, n: 0, nCorrect: 0, nPositions: 0, normSum: 0, sumCorrect, sumIncorrect };
}

/** Adds samples, one row [n_embd] of `means` each. */
export function addResidualRows(
  sums: ResidualSums,
  rows: { readonly means: Float64Array; readonly normSums: Float64Array; readonly rows: Uint32Array },
  scores: ArrayLike<number>,
): void {
  const nEmbd = sums.sumCorrect.length;
  for (let i = 0; i < scores.length; i++) {
    const correct = scores[i]! > 0;
    const sum = correct ? sums.sumCorrect : sums.sumIncorrect;
    sums.n += 1;
    sums.nCorrect += correct ? 1 : 0;
    sums.nPositions += rows.rows[i]!;
    sums.normSum += rows.normSums[i]!;
    for (let j = 0; j < nEmbd; j++) sum[j]! += rows.means[i * nEmbd + j]!;
  }
}

/** Adds the samples of `other` to `sums`. */
export function mergeResidualSums(sums: ResidualSums, other: ResidualSums): void {
  for (const name of [...COUNTS, "normSum"] as const) sums[name] += other[name];
  for (const name of SUMS) other[name].forEach((value, j) => (sums[name][j]! += value));
}

/** An Arrow IPC file with a row for each SAE. Exact. */
export function residualSumsToArrow(layers: readonly ResidualSums[]): Uint8Array {
  return writeColumns(
    {
      layer: Uint32Array.from(layers, ({ layer }) => layer),
      ...Object.fromEntries(COUNTS.map((name) => [name, Uint32Array.from(layers, (sums) => sums[name])])),
      normSum: Float64Array.from(layers, ({ normSum }) => normSum),
      ...Object.fromEntries(SUMS.map((name) => [name, listColumn(layers.map((sums) => sums[name]))])),
    },
    {},
  );
}

/** @throws ERR_FILE_FORMAT when `bytes` is not such a file, or not of SAEs `like` these; `path` is for the message */
export function residualSumsFromArrow(
  bytes: Uint8Array,
  path: string,
  like: readonly Pick<ResidualSums, "layer" | "sumCorrect">[],
): ResidualSums[] {
  const columns = StoredColumns.read(bytes, path);
  const counts = (name: string) => columns.column(name, "uint32");
  const [n, nCorrect, nPositions] = [counts("n"), counts("nCorrect"), counts("nPositions")];
  const layers = columns.column("layer", "uint32");
  const isLike = layers.length === like.length && like.every(({ layer }, row) => layer === layers[row]);
  if (!isLike) throw columns.wrong("layer", `those of the SAEs: ${like.map(({ layer }) => layer).join(", ")}`);
  const normSum = columns.column("normSum", "float64");
  if (!normSum.every(Number.isFinite)) throw columns.wrong("normSum", "finite numbers");
  const rows = (name: string) => {
    const { offsets, values } = columns.list(name, "float64");
    if (!values.every(Number.isFinite)) throw columns.wrong(name, "finite numbers");
    const isWide = like.every(({ sumCorrect }, row) => offsets[row]! + sumCorrect.length === offsets[row + 1]);
    if (!isWide) throw columns.wrong(name, `a sum for each of the model's ${like[0]?.sumCorrect.length} dimensions`);
    return (row: number) => Float64Array.from(values.subarray(offsets[row], offsets[row + 1]));
  };
  const [sumCorrect, sumIncorrect] = [rows("sumCorrect"), rows("sumIncorrect")];
  return Array.from(layers, (layer, row) => ({
    layer,
    n: n[row]!,
    nCorrect: nCorrect[row]!,
    nPositions: nPositions[row]!,
    normSum: normSum[row]!,
    sumCorrect: sumCorrect(row),
    sumIncorrect: sumIncorrect(row),
  }));
}

function listColumn(rows: readonly Float64Array[]): ListColumn {
  const width = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    values.set(row, i * width);
  });
  return { offsets: Uint32Array.from({ length: rows.length + 1 }, (_, i) => i * width), values };
}
