import { invalidArgument } from "../errors";
import { withSafetensors } from "../native/safetensors";
import type { SaeFolder } from "./folder";

/**
 * What the decoder adds whatever fires, [d_model], in the units of the residual stream: `b_dec`, with a constant input
 * scale undone.
 *
 * @throws ERR_INVALID_ARGUMENT for the residual basis, which has no decoder; ERR_FILE_FORMAT
 */
export async function readDecoderBias(sae: SaeFolder): Promise<Float32Array> {
  if (!("weightsPath" in sae)) throw invalidArgument("decode", "SAEs: the residual basis has no decoder bias", true);
  const { tensors, inputScale } = sae.config.encoder;
  const bias = await withSafetensors(sae.weightsPath, (file) => file.readFloat32(tensors.decoderBias));
  return bias.map((value) => value / inputScale);
}
