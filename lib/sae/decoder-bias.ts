import { invalidArgument } from "../errors";
import { loadAddon } from "../native/load";
import type { SaeFolder } from "./folder";

/**
 * What the decoder adds whatever fires, [d_model], in the units of the residual stream: `b_dec`, with a constant input
 * scale undone.
 *
 * @throws ERR_INVALID_ARGUMENT for the residual basis, which has no decoder; ERR_FILE_FORMAT
 */
export function readDecoderBias(sae: SaeFolder): Float32Array {
  if (!("weightsPath" in sae)) throw invalidArgument("decode", "SAEs: the residual basis has no decoder bias", true);
  const { tensors, inputScale } = sae.config.encoder;
  const file = loadAddon().openSafetensors(sae.weightsPath);
  try {
    return file.readFloat32(tensors.decoderBias).map((value) => value / inputScale);
  } finally {
    file.close();
  }
}
