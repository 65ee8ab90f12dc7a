import { invalidArgument, outOfRange, SteeringError } from "../errors";
import { nonZero } from "./non-zero";

/** Pooled activations of some samples, sparse: row i has entries `offsets[i]` to `offsets[i + 1]`; what is not there is 0. */
export interface PooledRows {
  /** [nRows + 1] */
  readonly offsets: Uint32Array;
  /** Feature indices, at most once in a row. */
  readonly indices: Uint32Array;
  /** Pooled activations that are correlated with the score, positive, aligned with `indices`. */
  readonly values: Float32Array;
  /** Pooled activations that coefficients are made of: `values` itself unless the poolings differ. */
  readonly steerValues: Float32Array;
}

/** One feature against the score over all samples, zeros included. */
export interface FeatureStatistics {
  /** Pearson's r of pooled activation and score; 0 by definition where either has no variance. */
  readonly r: number;
  readonly mean: number;
  /** Population variance. */
  readonly variance: number;
  /** Samples in which the feature fires, and how many of them are correct. */
  readonly nActive: number;
  readonly nActiveCorrect: number;
  /** Mean pooled activation (steer pooling) over the correct samples, and over the others; 0 where there are none. */
  readonly meanCorrect: number;
  readonly meanIncorrect: number;
  /** The same over the correct samples in which it fires. */
  readonly meanCorrectActive: number;
}

/** The mergeable state of `Moments`, in the order in which files keep it. Arrays are [dSae]. */
export interface MomentsState {
  readonly dSae: number;
  n: number;
  nCorrect: number;
  scoreMean: number;
  /** Sum of squared deviations of the score. */
  scoreM2: number;
  readonly nActive: Uint32Array;
  readonly nActiveCorrect: Uint32Array;
  /** Over the samples in which the feature fires: mean activation, its squared deviations, mean score, co-deviations. */
  readonly activeMean: Float64Array;
  readonly activeM2: Float64Array;
  readonly activeScoreMean: Float64Array;
  readonly activeCo: Float64Array;
  /** Sums of the steer-pooled activation. */
  readonly sumCorrect: Float64Array;
  readonly sumIncorrect: Float64Array;
}

/**
 * One layer's moments: all that ranking by correlation needs, in O(dSae) however many samples there are. Updates are
 * Welford's (1962), merging is Chan, Golub and LeVeque's (1983); they see only the samples in which a feature fires, and
 * `feature` folds the zeros of the others in.
 */
export class Moments {
  private constructor(readonly state: MomentsState) {}

  static empty(dSae: number): Moments {
    if (!Number.isInteger(dSae) || dSae < 1) throw outOfRange("dSae", "a positive integer", dSae);
    return new Moments({
      dSae,
      n: 0,
      nCorrect: 0,
      scoreMean: 0,
      scoreM2: 0,
      nActive: new Uint32Array(dSae),
      nActiveCorrect: new Uint32Array(dSae),
      activeMean: new Float64Array(dSae),
      activeM2: new Float64Array(dSae),
      activeScoreMean: new Float64Array(dSae),
      activeCo: new Float64Array(dSae),
      sumCorrect: new Float64Array(dSae),
      sumIncorrect: new Float64Array(dSae),
    });
  }

  /** The moments of one chunk of samples. @throws as `addRows` */
  static of(dSae: number, rows: PooledRows, scores: ArrayLike<number>, correctAbove = 0): Moments {
    const moments = Moments.empty(dSae);
    moments.addRows(rows, scores, correctAbove);
    return moments;
  }

  /** Takes `state` over, without a copy. */
  static from(state: MomentsState): Moments {
    return new Moments(state);
  }

  /**
   * @param scores one a row: of answers, or whatever else activations are correlated with
   * @param correctAbove a sample is correct when its score is above this
   * @throws ERR_OUT_OF_RANGE for a feature index outside its range, ERR_NON_FINITE for a score or an activation; nothing
   * is added then
   */
  addRows(rows: PooledRows, scores: ArrayLike<number>, correctAbove = 0): void {
    checkRows(rows, scores, this.state.dSae);
    for (let row = 0; row < scores.length; row++) this.addRow(rows, row, scores[row]!, scores[row]! > correctAbove);
  }

  private addRow(
    { offsets, indices, values, steerValues }: PooledRows,
    row: number,
    score: number,
    correct: boolean,
  ): void {
    const s = this.state;
    const sum = correct ? s.sumCorrect : s.sumIncorrect;
    s.n += 1;
    if (correct) s.nCorrect += 1;
    const scoreDelta = score - s.scoreMean;
    s.scoreMean += scoreDelta / s.n;
    s.scoreM2 += scoreDelta * (score - s.scoreMean);
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
      const j = indices[entry]!;
      const z = values[entry]!;
      const n = ++s.nActive[j]!;
      if (correct) s.nActiveCorrect[j]! += 1;
      const delta = z - s.activeMean[j]!; // against the old mean
      s.activeMean[j]! += delta / n;
      s.activeM2[j]! += delta * (z - s.activeMean[j]!);
      s.activeScoreMean[j]! += (score - s.activeScoreMean[j]!) / n;
      s.activeCo[j]! += delta * (score - s.activeScoreMean[j]!); // old delta of z, new mean of the score
      sum[j]! += steerValues[entry]!;
    }
  }

  /** Adds the samples of `other`, which stays as it is. Associative up to rounding; merging into nothing is exact. */
  merge(other: Moments): this {
    const a = this.state;
    const b = other.state;
    if (a.dSae !== b.dSae) {
      throw new SteeringError("ERR_SHAPE_MISMATCH", `moments of ${a.dSae} and of ${b.dSae} features do not merge`, {
        expected: a.dSae,
        actual: b.dSae,
      });
    }
    if (b.n === 0) return this;
    const n = a.n + b.n;
    const scoreDelta = b.scoreMean - a.scoreMean;
    a.scoreMean += scoreDelta * (b.n / n);
    a.scoreM2 += b.scoreM2 + scoreDelta * scoreDelta * ((a.n * b.n) / n);
    a.n = n;
    a.nCorrect += b.nCorrect;
    for (let j = 0; j < a.dSae; j++) if (b.nActive[j]! > 0) mergeFeature(a, b, j);
    return this;
  }

  /** Those that fire in at least one sample, ascending. */
  activeFeatures(): Uint32Array {
    return nonZero(this.state.nActive);
  }

  /** Of at least one sample. */
  feature(index: number): FeatureStatistics {
    const s = this.state;
    const { n, nCorrect, scoreMean, scoreM2 } = s;
    const nActive = s.nActive[index]!;
    const activeMean = s.activeMean[index]!;
    // Merging with n - nActive zeros, whose mean score follows from the whole: Chan et al. with the second part constant.
    const m2 = s.activeM2[index]! + activeMean * activeMean * ((nActive * (n - nActive)) / n);
    const co = s.activeCo[index]! + nActive * activeMean * (s.activeScoreMean[index]! - scoreMean);
    return {
      r: m2 > 0 && scoreM2 > 0 ? Math.max(-1, Math.min(1, co / (Math.sqrt(m2) * Math.sqrt(scoreM2)))) : 0,
      mean: (nActive / n) * activeMean,
      variance: m2 / n,
      nActive,
      nActiveCorrect: s.nActiveCorrect[index]!,
      meanCorrect: nCorrect > 0 ? s.sumCorrect[index]! / nCorrect : 0,
      meanCorrectActive: s.nActiveCorrect[index]! > 0 ? s.sumCorrect[index]! / s.nActiveCorrect[index]! : 0,
      meanIncorrect: n > nCorrect ? s.sumIncorrect[index]! / (n - nCorrect) : 0,
    };
  }
}

function mergeFeature(a: MomentsState, b: MomentsState, j: number): void {
  const na = a.nActive[j]!;
  const nb = b.nActive[j]!;
  const n = na + nb;
  const delta = b.activeMean[j]! - a.activeMean[j]!;
  const scoreDelta = b.activeScoreMean[j]! - a.activeScoreMean[j]!;
  const weight = (na * nb) / n;
  a.activeMean[j]! += delta * (nb / n);
  a.activeM2[j]! += b.activeM2[j]! + delta * delta * weight;
  a.activeScoreMean[j]! += scoreDelta * (nb / n);
  a.activeCo[j]! += b.activeCo[j]! + delta * scoreDelta * weight;
  a.nActive[j] = n;
  a.nActiveCorrect[j]! += b.nActiveCorrect[j]!;
  a.sumCorrect[j]! += b.sumCorrect[j]!;
  a.sumIncorrect[j]! += b.sumIncorrect[j]!;
}

function checkRows(rows: PooledRows, scores: ArrayLike<number>, dSae: number): void {
  if (rows.offsets.length !== scores.length + 1) {
    throw invalidArgument("scores", `${rows.offsets.length - 1} scores, one a row`, scores.length);
  }
  for (let row = 0; row < scores.length; row++) {
    if (Number.isFinite(scores[row])) continue;
    throw new SteeringError("ERR_NON_FINITE", `row ${row} has the score ${scores[row]}`, { row });
  }
  for (let entry = 0; entry < rows.indices.length; entry++) {
    const feature = rows.indices[entry]!;
    if (feature >= dSae) throw outOfRange("feature index", `in [0, ${dSae})`, feature);
    if (!Number.isFinite(rows.values[entry]) || !Number.isFinite(rows.steerValues[entry])) {
      throw new SteeringError("ERR_NON_FINITE", `feature ${feature} has the pooled activation ${rows.values[entry]}`, {
        feature,
      });
    }
  }
}
