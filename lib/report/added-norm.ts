import type { ArmSummary } from "../evaluate/evaluation";
import { layerReceipt } from "../model/receipt";
import { percent } from "./format";

/**
 * What steering adds at the layer where that is most, beside what is there: the mean norm of what was added as a share of
 * the mean norm of the residual stream, and the layer as receipts number it. Undefined where nothing was added.
 */
export function addedNorm({ receipt }: Pick<ArmSummary, "receipt">): { share: number; layer: number } | undefined {
  const shares = receipt
    .filter(({ rows, meanResidualNorm }) => rows > 0 && meanResidualNorm > 0)
    .map((layer) => ({ layer: layer.layer, share: layerReceipt(layer).addedShare }));
  return shares.reduce<(typeof shares)[number] | undefined>(
    (most, next) => (most === undefined || next.share > most.share ? next : most),
    undefined,
  );
}

/** "18.2 % at layer 26" */
export function addedNormText(arm: Pick<ArmSummary, "receipt">): string | undefined {
  const most = addedNorm(arm);
  return most && `${percent(most.share)} at layer ${most.layer}`;
}
