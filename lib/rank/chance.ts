import type { NativeNull, NativeNullPlan } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import { residualOf } from "./covariate-span";
import { columnOf, denseColumn, type Columns } from "./columns";
import { nextTurn } from "../next-turn";
import type { Design } from "./design";
import type { FittedRankOptions } from "./options";
import type { Round } from "./rounds";
import { strengthOf, type TestedLayer } from "./significance";
import { permutationMoments, powerSums, tailProbability } from "../statistics/tail-probability";

/** A layer's r, given the covariates, and what it is under permuted scores; no permutations, no `tested`. */
export interface LayerNull {
  /** One a column. */
  readonly r: Float64Array;
  readonly tested: TestedLayer | undefined;
}

type Permuting = Pick<FittedRankOptions, "seed" | "threads" | "sign" | "signal">;

/** @throws ERR_DEGENERATE, the signal's reason */
export async function permuteScores(
  columns: Columns,
  design: Design,
  options: Permuting & { readonly permutations: number },
): Promise<LayerNull> {
  const { permutations, sign, signal } = options;
  const round = { first: 0, permutations, countExceeding: true };
  const { r, strongest, exceed } = await permuted(columns, design, round, options);
  if (permutations === 0) return { r, tested: undefined };
  const p = new Float64Array(exceed.length);
  for (const [column, count] of exceed.entries()) {
    p[column] = (1 + count) / (1 + permutations);
    if (count > 0 || design.clusters) continue; // the moments below are of samples that move one by one
    await nextTurn(signal);
    p[column] = Math.min(p[column], tailOf(columns, column, r[column]!, design));
  }
  return {
    r,
    tested: {
      strengths: r.map((value) => strengthOf(value, sign)),
      best: strongest,
      p,
    },
  };
}

/** The strongest of a layer's features under each further permutation. @throws the signal's reason */
export async function permuteFurther(
  columns: Columns,
  design: Design,
  round: Round,
  options: Permuting,
): Promise<Float64Array> {
  return (await permuted(columns, design, { ...round, countExceeding: false }, options)).strongest;
}

function permuted(
  columns: Columns,
  design: Design,
  { first, permutations, countExceeding }: Round & Pick<NativeNullPlan, "countExceeding">,
  { seed, threads, sign, signal }: Permuting,
): Promise<NativeNull> {
  const addon = loadAddon();
  return cancellable(addon, signal, (cancel) =>
    addon.permutationNull(
      columns,
      {
        ...heldOut(design),
        ...{ firstPermutation: first, nPermutations: permutations, countExceeding, sign },
        ...{ seed: wholeSeed(seed), threads },
      },
      cancel,
    ),
  );
}

function heldOut({ y, groups, clusters, span }: Design) {
  return {
    scores: y,
    strata: groups.sizes.length === 1 ? new Uint32Array() : groups.of,
    clusters: clusters?.of ?? new Uint32Array(),
    basis: span.rows,
  };
}

/** p of one column where no permutation is as extreme: there are too few of them to say how small it is. */
function tailOf(columns: Columns, column: number, r: number, { y, groups, span, scoreSums }: Design): number {
  const { samples, values } = columnOf(columns, column);
  if (span.size === 0)
    return tailProbability(r, permutationMoments(powerSums(samples, values, groups), scoreSums, groups));
  const residual = residualOf(denseColumn({ samples, values }, y.length), span);
  const moments = permutationMoments(powerSums([...residual.keys()], residual, groups), scoreSums, groups);
  // Permuted residuals lose what the trends explain of them by chance, and r is of what is left.
  const free = y.length - groups.sizes.length;
  return tailProbability(r, { ...moments, deviation: moments.deviation * Math.sqrt(free / (free - span.size)) });
}

type Resampling = Pick<FittedRankOptions, "bootstrap" | "seed" | "threads" | "sign" | "signal">;

/** For each resample the best feature, -1 for none, and its strength. @throws as `permuteScores` */
export async function resampleBest(
  columns: Columns,
  design: Design,
  { bootstrap, seed, threads, sign, signal }: Resampling,
): Promise<{ features: Int32Array; strengths: Float64Array }> {
  const addon = loadAddon();
  const { top, r } = await cancellable(addon, signal, (cancel) =>
    addon.bootstrapTop(
      columns,
      { ...heldOut(design), nResamples: bootstrap, seed: wholeSeed(seed), sign, threads },
      cancel,
    ),
  );
  return {
    features: top.map((column) => (column < 0 ? -1 : columns.features[column]!)),
    strengths: r.map((value) => strengthOf(value, sign)),
  };
}

/** The addon's seeds are 0 to 2^53: negative ones count back from there. */
function wholeSeed(seed: number): number {
  return seed < 0 ? 2 ** 53 + seed : seed;
}
