import type { NativeReconstructionSums } from "../native/addon";
import { densityOf } from "./density";
import type { SaeQuality } from "./sae-quality";

type OfRows = Pick<
  SaeQuality,
  | "rows"
  | "explainedVariance"
  | "explainedVariancePerRow"
  | "cosine"
  | "normRatio"
  | "l0"
  | "deadShare"
  | "alwaysOnShare"
  | "density"
>;

/** A feature that fires more often than this is on whatever the text. */
const ALWAYS_ON = 0.5;

/** What is measured of rows, taken together part by part: moments by Chan et al. 1983. */
export class RowSums {
  readonly #means: Float64Array;
  readonly #fired: Uint32Array;
  #rows = 0;
  #squares = 0;
  #active = 0;
  #residualSquares = 0;
  #explained = 0;
  #cosine = 0;
  #normRatio = 0;

  constructor(dModel: number, dSae: number) {
    this.#means = new Float64Array(dModel);
    this.#fired = new Uint32Array(dSae);
  }

  add(part: NativeReconstructionSums): void {
    if (part.rows === 0) return;
    const before = this.#rows;
    this.#rows += part.rows;
    this.#squares += part.squares;
    for (const [i, mean] of part.means.entries()) {
      const delta = mean - this.#means[i]!;
      this.#means[i]! += (delta * part.rows) / this.#rows;
      this.#squares += (delta * delta * before * part.rows) / this.#rows;
    }
    for (const [j, n] of part.fired.entries()) this.#fired[j]! += n;
    this.#active += part.active;
    this.#residualSquares += part.residualSquares;
    this.#explained += part.explained;
    this.#cosine += part.cosine;
    this.#normRatio += part.normRatio;
  }

  /** [d_model] */
  get mean(): Float32Array {
    return Float32Array.from(this.#means);
  }

  get result(): OfRows {
    const fired = this.#fired;
    const share = (is: (n: number) => boolean) => fired.filter(is).length / fired.length;
    return {
      rows: this.#rows,
      explainedVariance: 1 - this.#residualSquares / this.#squares,
      explainedVariancePerRow: this.#explained / this.#rows,
      cosine: this.#cosine / this.#rows,
      normRatio: this.#normRatio / this.#rows,
      l0: this.#active / this.#rows,
      deadShare: share((n) => n === 0),
      alwaysOnShare: share((n) => n > ALWAYS_ON * this.#rows),
      density: densityOf(fired, this.#rows),
    };
  }
}
