import { SteeringError } from "../errors";
import { type LayerReceipt, layerReceipt } from "../model/receipt";

/** The receipts of many answers as one: rows summed, means weighted by the rows that they are over. */
export class ReceiptSum {
  private layers: LayerReceipt[] = [];
  private nAnswers = 0;

  constructor(
    private readonly arm: string,
    /** Those where each answer has a row that is to be steered, or left alone by a condition. */
    private readonly steered: readonly number[],
  ) {}

  add(receipt: readonly LayerReceipt[]): void {
    this.nAnswers += 1;
    this.layers = sumReceipts([this.layers, receipt]);
  }

  /** @throws ERR_HOOK_POINT when a layer that should have been steered was not, in any answer: no silent baseline */
  total(): LayerReceipt[] {
    const missed = this.steered.find(
      (layer) => !this.layers.some((sum) => sum.layer === layer && sum.rows + sum.leftAlone > 0),
    );
    if (this.nAnswers > 0 && missed !== undefined) {
      throw new SteeringError(
        "ERR_HOOK_POINT",
        `arm ${this.arm}: layer ${missed} should have been steered and was not`,
        {
          layer: missed,
          site: "resid_post",
          arm: this.arm,
        },
      );
    }
    return this.layers;
  }
}

/** One for each layer, ascending. */
export function sumReceipts(receipts: readonly (readonly LayerReceipt[])[]): LayerReceipt[] {
  const sums = new Map<number, LayerReceipt>();
  for (const layer of receipts.flat()) {
    const sum = sums.get(layer.layer);
    sums.set(layer.layer, sum ? merge(sum, layer) : { ...layer });
  }
  return [...sums.values()].sort((a, b) => a.layer - b.layer);
}

function merge(a: LayerReceipt, b: LayerReceipt): LayerReceipt {
  return layerReceipt({
    layer: a.layer,
    rows: a.rows + b.rows,
    leftAlone: a.leftAlone + b.leftAlone,
    meanAddedNorm: weightedMean(a.meanAddedNorm, a.rows, b.meanAddedNorm, b.rows),
    maxAddedNorm: Math.max(a.maxAddedNorm, b.maxAddedNorm),
    meanResidualNorm: weightedMean(a.meanResidualNorm, a.rows, b.meanResidualNorm, b.rows),
  });
}

function weightedMean(a: number, aRows: number, b: number, bRows: number): number {
  return aRows + bRows === 0 ? 0 : (a * aRows + b * bRows) / (aRows + bRows);
}
