/** How alike two encodings of the same residual rows are. */
export interface Agreement {
  readonly rows: number;
  /** Features that fire at a row, in the first encoding: mean. */
  readonly activeFeatures: number;
  /** Of a row's 20 strongest features, the fraction that both have: mean over the rows in which any fires. */
  readonly top20: number;
  /** Features that fire in both of those that fire in either: mean over the same rows. */
  readonly jaccard: number;
  /** Squared difference of all activations, by the squares of the first. */
  readonly nmse: number;
  /** Of the features that fire at 10 rows or more in the first, the one with the largest NMSE of its own; null where all are the same. */
  readonly worst: { readonly feature: number; readonly rows: number; readonly nmse: number } | null;
}

const STRONGEST = 20;
/** A feature that fires at fewer rows is as bad as its one row near the threshold. */
const LEAST_ROWS = 10;

/** Adds up over rows, in double. */
export class AgreementSums {
  private rows = 0;
  private active = 0;
  private rowsThatFire = 0;
  private top20 = 0;
  private jaccard = 0;
  private readonly fired: Uint32Array;
  private readonly power: Float64Array;
  private readonly error: Float64Array;

  constructor(private readonly dSae: number) {
    this.fired = new Uint32Array(dSae);
    this.power = new Float64Array(dSae);
    this.error = new Float64Array(dSae);
  }

  /** Activations of the same rows [n, dSae]. */
  add(first: Float32Array, second: Float32Array): void {
    for (let begin = 0; begin < first.length; begin += this.dSae) {
      const end = begin + this.dSae;
      this.addRow(first.subarray(begin, end), second.subarray(begin, end));
    }
  }

  private addRow(first: Float32Array, second: Float32Array): void {
    const [ours, theirs]: [number[], number[]] = [[], []];
    let both = 0;
    for (let i = 0; i < this.dSae; i++) {
      const [a, b] = [first[i]!, second[i]!];
      if (a === 0 && b === 0) continue;
      if (a > 0) ours.push(i);
      if (b > 0) theirs.push(i);
      if (a > 0 && b > 0) both++;
      if (a > 0) this.fired[i]!++;
      this.power[i]! += a * a;
      this.error[i]! += (a - b) ** 2;
    }
    this.rows++;
    this.active += ours.length;
    const either = ours.length + theirs.length - both;
    if (either === 0) return;
    this.rowsThatFire++;
    this.jaccard += both / either;
    this.top20 += overlap(strongest(first, ours), strongest(second, theirs));
  }

  /** What is a mean over no rows is NaN. */
  result(): Agreement {
    const { rows, rowsThatFire, power, error, fired } = this;
    const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
    let worst: Agreement["worst"] = null;
    for (const [feature, rows] of fired.entries()) {
      const nmse = error[feature]! / power[feature]!;
      if (rows >= LEAST_ROWS && nmse > (worst?.nmse ?? 0)) worst = { feature, rows, nmse };
    }
    return {
      rows,
      activeFeatures: this.active / rows,
      top20: this.top20 / rowsThatFire,
      jaccard: this.jaccard / rowsThatFire,
      nmse: total(error) / total(power),
      worst,
    };
  }
}

function strongest(values: Float32Array, active: readonly number[]): number[] {
  if (active.length <= STRONGEST) return [...active];
  return [...active].sort((a, b) => values[b]! - values[a]! || a - b).slice(0, STRONGEST);
}

function overlap(a: readonly number[], b: readonly number[]): number {
  const others = new Set(b);
  return a.filter((feature) => others.has(feature)).length / Math.max(a.length, b.length);
}
