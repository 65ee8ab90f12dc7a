import { auroc } from "../statistics/auroc";
import { type Clusters } from "../statistics/clusters";
import { mean } from "../statistics/mean";
import { ridgeLogistic, scoreOf, type LinearScore, type Rows } from "../statistics/ridge-logistic";

/** A linear probe of correctness: the log-odds that the answer is right, w . x + bias of a residual row x. */
export interface CorrectnessProbe {
  /** [n_embd] */
  readonly weights: Float32Array;
  readonly bias: number;
  /** Of the log-odds over the rows that it was fitted to. */
  readonly mean: number;
  readonly deviation: number;
  /** That a right row has the larger log-odds than a wrong one, of rows that the probe was not fitted to. */
  readonly auc: number;
}

/** Parts of the rows, each of which is judged by a probe of the others. */
const FOLDS = 5;

/**
 * A logistic probe of some rows, one a sample. Dimensions are scaled to their deviation, and the ridge is their number, which
 * is the mean square of a row then: directions along which rows hardly differ count little.
 *
 * @param correct [n], 1 where the answer is right, else 0
 * @param clusters of samples, which stay together where the probe is judged on others
 * @param place of the rows' mean in the residual stream, [n_embd]
 * @returns undefined where right or wrong answers are too few to judge it
 * @throws the signal's reason after an abort
 */
export async function fitProbe(
  rows: Rows,
  correct: Uint8Array,
  { clusters, place, signal }: { readonly clusters: Clusters; readonly place: Float64Array; readonly signal?: AbortSignal | undefined }, // prettier-ignore
): Promise<CorrectnessProbe | undefined> {
  const { scaled, deviations } = standardised(rows, correct.length);
  const options = { ridge: rows.d, signal };
  const folds = foldsOf(correct.length, clusters);
  if (!folds.every((own) => hasBoth(own, correct)) || folds.length < FOLDS) return undefined;
  const judged = new Float32Array(correct.length);
  for (const own of folds) {
    const others = folds.flatMap((fold) => (fold === own ? [] : fold));
    const { weights, bias } = await ridgeLogistic(scaled, correct, { ...options, among: others });
    for (const i of own) judged[i] = scoreOf(scaled, i, weights, bias);
  }
  const fitted = await ridgeLogistic(scaled, correct, options);
  const weights = Float32Array.from(fitted.weights, (weight, j) => (deviations[j]! > 0 ? weight / deviations[j]! : 0));
  return {
    weights,
    bias: fitted.bias - weights.reduce((sum, weight, j) => sum + weight * place[j]!, 0),
    ...spread(scaled, correct.length, fitted),
    auc: areaUnder(folds, judged, correct),
  };
}

/** Whole clusters, dealt out in turn. */
function foldsOf(n: number, clusters: Clusters): number[][] {
  const folds: number[][] = [];
  for (let i = 0; i < n; i++) (folds[(clusters?.of[i] ?? i) % FOLDS] ??= []).push(i);
  return folds.filter((own) => own.length > 0);
}

function hasBoth(own: readonly number[], correct: Uint8Array): boolean {
  return own.some((i) => correct[i] === 1) && own.some((i) => correct[i] === 0);
}

/** Each dimension less its mean, in its deviations; zeros where it has none. */
function standardised({ d, values }: Rows, n: number): { readonly scaled: Rows; readonly deviations: Float64Array } {
  const means = new Float64Array(d);
  const deviations = new Float64Array(d);
  for (let k = 0; k < values.length; k++) means[k % d]! += values[k]! / n;
  for (let k = 0; k < values.length; k++) deviations[k % d]! += (values[k]! - means[k % d]!) ** 2 / n;
  for (let j = 0; j < d; j++) deviations[j] = Math.sqrt(deviations[j]!);
  const scaled = values.map((value, k) => (deviations[k % d]! > 0 ? (value - means[k % d]!) / deviations[k % d]! : 0));
  return { scaled: { d, values: scaled }, deviations };
}

function spread(rows: Rows, n: number, { weights, bias }: LinearScore): Pick<CorrectnessProbe, "mean" | "deviation"> {
  const scores = Float64Array.from({ length: n }, (_, i) => scoreOf(rows, i, weights, bias));
  const centre = mean(scores);
  return { mean: centre, deviation: Math.sqrt(mean(scores.map((score) => (score - centre) ** 2))) };
}

/** Of pairs within a fold: probes of other rows have other scales. */
function areaUnder(folds: readonly number[][], scores: Float32Array, correct: Uint8Array): number {
  const areas = folds.map((own) => {
    const column = { samples: Uint32Array.from(own, (_, k) => k), values: Float32Array.from(own, (i) => scores[i]!) };
    const right = Uint8Array.from(own, (i) => correct[i]!);
    return auroc(column, { correct: right, nCorrect: right.reduce((sum, one) => sum + one, 0) }, 1);
  });
  return mean(areas);
}
