import { invalidArgument, SteeringError } from "../errors";
import { groupsOfLabels, oneGroup, partedBy, type Groups } from "../statistics/groups";
import { exchangeable, type Clusters } from "../statistics/clusters";
import { neighbours } from "../statistics/neighbours";
import { norm } from "../statistics/norm";
import { naturalSpline } from "../statistics/spline";
import { powerSums } from "../statistics/tail-probability";
import { residualOf, spanOf, trendOf, type CovariateSpan } from "./covariate-span";
import { isNumeric, type Variable } from "./variables";

/** A target, and what its correlation with activations is given. */
export interface Design {
  /** [n] */
  readonly y: Float64Array;
  /** Samples that are alike in what is given: r is of what varies within, and scores are permuted within. */
  readonly groups: Groups;
  /** Of which scores stay together when they are permuted, or change places within. */
  readonly clusters: Clusters;
  /** The groups, and trends of what they do not hold constant. */
  readonly span: CovariateSpan;
  /** Of the part of y that the span does not explain, its norm made 1. */
  readonly scoreSums: ReturnType<typeof powerSums>;
  /** Covariates that say nothing beyond those before them. */
  readonly redundant: readonly string[];
}

/** Whether anything is given: else r is Pearson's. */
export function isPartial({ groups, span }: Design): boolean {
  return groups.sizes.length > 1 || span.size > 0;
}

interface Given {
  /** What the target is called, for messages. */
  readonly target: string;
  readonly covariates: ReadonlyMap<string, Variable>;
  readonly stratifyBy?: readonly [name: string, variable: Variable] | undefined;
  readonly clusters?: Clusters;
}

/** So many samples with about the same value are taken for exchangeable: a tenth of what varies is lost by that. */
const NEIGHBOURS = 10;
const KNOTS = 6;

/**
 * Samples are parted by strata and by covariates with few values, exactly; by other covariates into neighbours, by what
 * these say of the target where they are several. What differs between neighbours is a trend, taken out as a spline.
 *
 * @throws ERR_INVALID_ARGUMENT for strata of too many values, ERR_DEGENERATE when nothing is left to correlate or to permute
 */
export function designOf(y: Float64Array, given: Given): Design {
  const { covariates, stratifyBy, clusters } = given;
  let groups = stratifyBy === undefined ? oneGroup(y.length) : strataOf(...stratifyBy);
  const redundant: string[] = [];
  const trends = new Map<string, readonly Float64Array[]>();
  for (const [name, variable] of covariates) {
    if (isNumeric(variable) && new Set(variable).size * NEIGHBOURS > y.length) {
      trends.set(name, naturalSpline(variable, KNOTS));
      continue;
    }
    const parted = partedBy(groups, variable as readonly (number | string)[]);
    if (parted.sizes.length === groups.sizes.length) redundant.push(name);
    groups = parted;
  }
  const coarse = spanOf(groups, trends);
  const value = coarse.size > 0 ? prognosis(y, coarse, trends) : undefined;
  if (clusters) groups = exchangeable(clusters, groups, value && { value, least: NEIGHBOURS });
  else if (value) groups = neighbours(groups, value, NEIGHBOURS);
  const span = spanOf(groups, trends);
  const scoreSums = sumsOfScores(y, groups, span, given);
  return { y, groups, clusters, span, scoreSums, redundant: [...redundant, ...coarse.redundant] };
}

/** @throws ERR_INVALID_ARGUMENT when most samples would be alone */
function strataOf(name: string, variable: Variable): Groups {
  const groups = groupsOfLabels(variable as readonly (number | string)[]);
  const [nValues, n] = [groups.sizes.length, groups.of.length];
  if (nValues * 2 <= n) return groups;
  throw invalidArgument(
    "stratifyBy",
    "a variable of few values",
    `${name}, which has ${nValues} values in ${n} samples`,
  );
}

/** What orders neighbours: the value itself where there is one trend, else what the trends together say of y (Hansen 2008). */
function prognosis(
  y: Float64Array,
  coarse: CovariateSpan,
  trends: ReadonlyMap<string, readonly Float64Array[]>,
): Float64Array {
  const telling = [...trends].filter(([name]) => !coarse.redundant.includes(name));
  return telling.length === 1 ? telling[0]![1][0]! : trendOf(y, coarse); // a spline's first column is its variable
}

/** Of the unit residual of y. */
function sumsOfScores(y: Float64Array, groups: Groups, span: CovariateSpan, { target, covariates, stratifyBy }: Given) {
  const mean = y.reduce((sum, value) => sum + value / y.length, 0);
  const residual = residualOf(y.slice(), span);
  const length = norm(residual);
  const names = [...(stratifyBy ? [stratifyBy[0]] : []), ...covariates.keys()];
  if (!(length > 1e-8 * norm(y.map((value) => value - mean)))) {
    const message = `${names.join(", ")}: nothing of ${target} is left to correlate among samples that are alike in that`;
    throw new SteeringError("ERR_DEGENERATE", message, { target, given: names });
  }
  const unit = residual.map((value) => value / length);
  return powerSums([...unit.keys()], unit, groups);
}
