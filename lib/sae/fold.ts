import type { NativeFoldedSae } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import type { StoredSae } from "./folder";
import { readingPlan } from "./plan";

/**
 * What an SAE's biases and thresholds are once every scale is folded in: all of it but the matrices.
 *
 * @throws SteeringError `ERR_SAE_FORMAT`, `ERR_SHAPE_MISMATCH`, `ERR_NON_FINITE`
 */
export async function foldSae(sae: StoredSae, signal?: AbortSignal): Promise<NativeFoldedSae> {
  const plan = await readingPlan(sae);
  const addon = loadAddon();
  return cancellable(addon, signal, (cancel) => addon.foldSae(plan, cancel));
}
