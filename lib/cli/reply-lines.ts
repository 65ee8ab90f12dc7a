import type { Watched } from "../model/branch";
import type { LayerReceipt } from "../model/receipt";
import type { Reply } from "../model/generate/reply";
import { featureValues } from "./watched-features";

/** An answer as a document. */
export function replyDocument({ tokens, prompt, watched, ...reply }: Reply, watch?: Watched): object {
  const features = watch && { features: featureValues(watch, watched) };
  return { ...reply, tokenIds: tokens, promptTokenIds: prompt, ...features };
}

/** "12 tokens, ended by end; layer 3: 12 rows, added norm 2.10 to 31.5" */
export function replySummary({ tokens, stopReason, receipt }: Reply): string {
  return `${tokens.length} tokens, ended by ${stopReason}; ${receiptText(receipt)}`;
}

function receiptText(receipt: readonly LayerReceipt[]): string {
  const layers = receipt.map(
    ({ layer, rows, meanAddedNorm, meanResidualNorm }) =>
      `layer ${layer}: ${rows} rows, added norm ${meanAddedNorm.toPrecision(3)} to ${meanResidualNorm.toPrecision(3)}`,
  );
  return layers.length === 0 ? "not steered" : layers.join("; ");
}
