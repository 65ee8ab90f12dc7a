import { createSteering } from "./create-steering";
import type { NativeSteering } from "../native/addon";
import type { SteeringProfile } from "./profile";

/** The profile at `scale` times its coefficients, for branches of runs; undefined when it steers nothing. */
export function profileSteering({ vectors }: SteeringProfile, scale = 1): NativeSteering | undefined {
  const { nEmbd, layers, rows } = vectors;
  if (layers.length === 0) return undefined;
  const layerVectors = Array.from(layers, (layer, i) => ({
    layer,
    vector: rows.subarray(i * nEmbd, (i + 1) * nEmbd),
  }));
  return createSteering(layerVectors, scale);
}
