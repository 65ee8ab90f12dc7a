import type { NativeSaePlan } from "../native/addon";
import type { StoredSae } from "./folder";
import { encoderTensors, tensorPlaces } from "./weights";

/** An SAE that is read and not encoded with. @throws ERR_SAE_FORMAT */
export async function readingPlan(sae: Pick<StoredSae, "weightsPath" | "config">): Promise<NativeSaePlan> {
  return { ...(await nativePlan(sae)), weightType: "f32", device: "cpu", threads: 1 };
}

/** An SAE as the addon takes it, but for what the caller chooses. @throws ERR_SAE_FORMAT */
export async function nativePlan({
  weightsPath,
  config,
}: Pick<StoredSae, "weightsPath" | "config">): Promise<Omit<NativeSaePlan, "weightType" | "device" | "threads">> {
  const { dModel, dSae, encoder } = config;
  const { transposed: _, outputScale = encoder.inputScale, ...how } = encoder;
  const tensors = encoderTensors(weightsPath, encoder, await tensorPlaces(weightsPath));
  return { ...how, path: weightsPath, dModel, dSae, outputScale, tensors };
}
