import type { NativeLayerReceipt } from "../native/addon";

/** What steering did to one layer of one branch: the proof that it was applied. */
export interface LayerReceipt extends NativeLayerReceipt {
  /** Mean norm of what was added as a share of the mean norm of the residual rows before; 0 where none was steered. */
  addedShare: number;
}

/** The one place where that is computed. */
export function layerReceipt(receipt: NativeLayerReceipt): LayerReceipt {
  const { meanAddedNorm, meanResidualNorm } = receipt;
  return { ...receipt, addedShare: meanResidualNorm > 0 ? meanAddedNorm / meanResidualNorm : 0 };
}
