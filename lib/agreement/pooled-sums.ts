/** How a feature's pooled activations in one model go with those in another, over the same texts. */
export interface PooledFeature {
  readonly feature: number;
  /** Texts in which it fires in the first, in the second, in both. */
  readonly texts: readonly [first: number, second: number, both: number];
  /** Mean over all texts. */
  readonly means: readonly [first: number, second: number];
  /** Pearson's; null where either has no variance. */
  readonly r: number | null;
}

/** The pooled activations of two models by feature: Welford's sums, as texts come. */
export class PooledSums {
  private n = 0;
  private readonly fired: readonly [Uint32Array, Uint32Array, Uint32Array];
  private readonly means: readonly [Float64Array, Float64Array];
  private readonly squares: readonly [Float64Array, Float64Array];
  private readonly products: Float64Array;

  constructor(private readonly dSae: number) {
    this.fired = [new Uint32Array(dSae), new Uint32Array(dSae), new Uint32Array(dSae)];
    this.means = [new Float64Array(dSae), new Float64Array(dSae)];
    this.squares = [new Float64Array(dSae), new Float64Array(dSae)];
    this.products = new Float64Array(dSae);
  }

  /** A text's activations [rows, dSae] in both: the largest of each feature counts. */
  add(first: Float32Array, second: Float32Array): void {
    const [a, b] = [this.largest(first), this.largest(second)];
    const { fired, means, squares, products } = this;
    this.n++;
    for (let i = 0; i < this.dSae; i++) {
      const [x, y] = [a[i]!, b[i]!];
      if (x > 0) fired[0][i]!++;
      if (y > 0) fired[1][i]!++;
      if (x > 0 && y > 0) fired[2][i]!++;
      const dx = x - means[0][i]!;
      const dy = y - means[1][i]!;
      means[0][i]! += dx / this.n;
      means[1][i]! += dy / this.n;
      squares[0][i]! += dx * (x - means[0][i]!);
      squares[1][i]! += dy * (y - means[1][i]!);
      products[i]! += dx * (y - means[1][i]!); // old dx, new dy
    }
  }

  private largest(acts: Float32Array): Float32Array {
    const pooled = new Float32Array(this.dSae);
    for (let at = 0; at < acts.length; at += this.dSae) {
      for (let i = 0; i < this.dSae; i++) if (acts[at + i]! > pooled[i]!) pooled[i] = acts[at + i]!;
    }
    return pooled;
  }

  feature(feature: number): PooledFeature {
    const [first, second, both] = this.fired.map((fired) => fired[feature]!);
    const [a, b] = this.squares.map((squares) => squares[feature]!);
    return {
      feature,
      texts: [first!, second!, both!],
      means: [this.means[0][feature]!, this.means[1][feature]!],
      r: a! > 0 && b! > 0 ? this.products[feature]! / Math.sqrt(a! * b!) : null,
    };
  }

  /** Those that fire in at least so many texts of the first. */
  thatFire(leastTexts: number): PooledFeature[] {
    return [...this.fired[0].keys()]
      .filter((feature) => this.fired[0][feature]! >= leastTexts)
      .map((feature) => this.feature(feature));
  }
}
