import { SteeringError } from "../errors";
import type { ModelIdentity } from "../model/identity";
import type { SteeringProfile } from "./profile";

/**
 * Whether `profile` may steer `model`.
 * @returns a warning when it was made for another file of the same shape, else undefined
 * @throws ERR_SHAPE_MISMATCH when the widths differ, or the profile steers a layer that the model lacks
 */
export function checkProfile(profile: SteeringProfile, model: ModelIdentity): string | undefined {
  const made = profile.model;
  const steered = [...profile.vectors.layers, ...profile.features.map(({ nativeLayer }) => nativeLayer)];
  const outside = steered.find((layer) => layer >= model.nLayer);
  if (made.nEmbd !== model.nEmbd || made.nLayer !== model.nLayer || outside !== undefined) {
    throw new SteeringError(
      "ERR_SHAPE_MISMATCH",
      `profile ${profile.name} is for ${made.name} (n_embd ${made.nEmbd}, ${made.nLayer} layers), ` +
        `the model is ${model.name} (n_embd ${model.nEmbd}, ${model.nLayer} layers)`,
      { expected: { nEmbd: made.nEmbd, nLayer: made.nLayer }, actual: { nEmbd: model.nEmbd, nLayer: model.nLayer } },
    );
  }
  if (made.sha256 === model.sha256) return undefined;
  return `profile ${profile.name} was made for another file of this shape: ${made.name} (SHA-256 ${made.sha256.slice(0, 12)}), not ${model.name} (${model.sha256.slice(0, 12)})`;
}
