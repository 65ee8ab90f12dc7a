import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, path as aPath } from "../arguments/kinds";
import { model as aModel } from "../model/kinds";
import { modelIdentity } from "../model/identity";
import type { Model } from "../model/model";
import { abortSignal, callback } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { checkProfile } from "./check";
import { loadProfile } from "./profile";
import { profileSteering } from "./profile-steering";
import type { Steering } from "./steering";

export const loadSteeringOptions = z.object({
  onWarning: option(
    "told when the profile was made for another file of the model's shape, or with other LoRA adapters",
    callback<(text: string) => void>().optional(),
  ),
  signal: abortSignal().optional(),
});

/** @interface */
export type LoadSteeringOptions = Given<typeof loadSteeringOptions>;

const loadArguments = z.object({
  path: aPath(),
  model: aModel(),
  options: anyOptions(),
});

/**
 * The steering of a profile file for branches of `model`; of a profile without features one that does nothing.
 *
 * @throws ERR_FILE_FORMAT when the profile is damaged, ERR_SHAPE_MISMATCH when it is for another model
 */
export async function loadSteering(path: string, model: Model, options: LoadSteeringOptions = {}): Promise<Steering> {
  checkArguments(loadArguments, { path, model, options });
  refuseUnknown(options, loadSteeringOptions);
  const { onWarning, signal } = resolveOptions(loadSteeringOptions, options);
  const profile = await loadProfile(path);
  const warning = checkProfile(profile, await modelIdentity(model, { signal }));
  if (warning !== undefined) onWarning?.(warning);
  return profileSteering(profile);
}
