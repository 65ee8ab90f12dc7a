import { loadAddon } from "../native/load";
import type { SaeFolder } from "./folder";
import { readingPlan } from "./plan";
import { unitVectors } from "./residual-basis";

/**
 * Decoder directions of these features, [features.length, d_model], in the units of the residual stream. Of the SAE's files
 * these rows alone are read.
 *
 * @throws ERR_SAE_FORMAT, ERR_SHAPE_MISMATCH, ERR_OUT_OF_RANGE, ERR_NON_FINITE
 */
export async function readDecoderRows(sae: SaeFolder, features: readonly number[]): Promise<Float32Array> {
  if (!("weightsPath" in sae)) return unitVectors(features, sae.config.dModel);
  return loadAddon().readDecoderRows(await readingPlan(sae), Uint32Array.from(features));
}
