import { invalidArgument } from "../errors";
import { loadAddon } from "../native/load";
import type { SaeFolder } from "./folder";
import { placeOf, tensorPlaces } from "./weights";

/**
 * What the decoder adds whatever fires, [d_model], in the units of the residual stream: `b_dec`, with a constant output
 * scale undone.
 *
 * @throws ERR_INVALID_ARGUMENT for the residual basis, which has no decoder; ERR_SAE_FORMAT
 */
export async function readDecoderBias(sae: SaeFolder): Promise<Float32Array> {
  if (!("weightsPath" in sae)) throw invalidArgument("decode", "SAEs: the residual basis has no decoder bias", true);
  const { weightsPath, config } = sae;
  const { tensors, inputScale, outputScale = inputScale } = config.encoder;
  if (tensors.decoderBias === undefined) return new Float32Array(config.dModel);
  const place = placeOf(weightsPath, tensors.decoderBias, await tensorPlaces(weightsPath));
  const bias = await loadAddon().readTensor(place);
  return bias.map((value) => value / outputScale);
}
