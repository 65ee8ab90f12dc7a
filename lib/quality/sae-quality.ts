import type { HookPoint } from "../sae/hook-point";
import type { Density } from "./density";

/** Of the model's next tokens, in nats a token: with the rows of the SAE's layer as they are, and replaced. */
export interface ReplacedLoss {
  readonly spliced: number;
  readonly zeroAblated: number;
  readonly meanAblated: number;
}

/** How good an SAE is, on some text. */
export interface SaeQuality {
  readonly sae: string;
  readonly layer: number;
  readonly site: HookPoint["site"];
  readonly dSae: number;
  /** What the first figures are of: all positions but the first of each sequence. */
  readonly rows: number;
  /** 1 - sum |x - x'|^2 / sum |x - mean|^2 over all rows: SAELens' `explained_variance`. */
  readonly explainedVariance: number;
  /** The mean of 1 - |x - x'|^2 / |x - mean|^2 of single rows, which the few long ones do not rule: its `_legacy` one. */
  readonly explainedVariancePerRow: number;
  /** Means of cos(x, x') and of |x'| / |x|. */
  readonly cosine: number;
  readonly normRatio: number;
  /** Features that fire at a row, in the mean. */
  readonly l0: number;
  /** Shares of the features: that never fired, and that fired at more than half of the rows. */
  readonly deadShare: number;
  readonly alwaysOnShare: number;
  readonly density: Density;
  /** Cross-entropy, over the predictions from those positions. */
  readonly predictions: number;
  readonly loss: ReplacedLoss & { readonly baseline: number };
  /** (ablated - spliced) / (ablated - baseline): 1 where nothing is lost, 0 where all is. */
  readonly lossRecovered: { readonly zero: number; readonly mean: number };
  /** KL(baseline || replaced) of the next token's distribution. */
  readonly kl: ReplacedLoss;
  /** Predictions that the KL is a mean over: of some of the sequences, evenly spread. */
  readonly klPredictions: number;
}
