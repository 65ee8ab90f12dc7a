import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite } from "../arguments/kinds";
import { createSteering } from "./create-steering";
import type { NativeSteering } from "../native/addon";
import { steeringProfile, type SteeringProfile } from "./profile";

const profileArguments = z.object({ profile: steeringProfile, scale: finite() });

/** The profile at `scale` times its coefficients, for branches of runs; undefined when it steers nothing. */
export function profileSteering(profile: SteeringProfile, scale = 1): NativeSteering | undefined {
  checkArguments(profileArguments, { profile, scale });
  const { vectors } = profile;
  const { nEmbd, layers, rows } = vectors;
  if (layers.length === 0) return undefined;
  const layerVectors = Array.from(layers, (layer, i) => ({
    layer,
    vector: rows.subarray(i * nEmbd, (i + 1) * nEmbd),
  }));
  return createSteering(layerVectors, scale);
}
