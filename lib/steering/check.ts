import { SteeringError } from "../errors";
import type { ModelIdentity } from "../model/identity";
import type { SteeringProfile } from "./profile";

/**
 * Whether `profile` may steer `model`.
 * @returns a warning when it was made for another file of the same shape, or with other LoRA adapters, else undefined
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
  const [before, now] = [made, model].map(({ adapters }) => adaptersText(adapters));
  const differences = [
    ...(made.sha256 === model.sha256
      ? []
      : [`for another file of this shape: ${fileText(made)}, not ${fileText(model)}`]),
    ...(before === now ? [] : [`with ${before!}, the model has ${now!}`]),
  ];
  return differences.length === 0 ? undefined : `profile ${profile.name} was made ${differences.join("; ")}`;
}

function fileText({ name, sha256 }: ModelIdentity): string {
  return `${name} (SHA-256 ${sha256.slice(0, 12)})`;
}

function adaptersText(adapters: ModelIdentity["adapters"] = []): string {
  if (adapters.length === 0) return "no LoRA adapter";
  return adapters.map(({ sha256, scale }) => `LoRA adapter ${sha256.slice(0, 12)} at scale ${scale}`).join(", ");
}
