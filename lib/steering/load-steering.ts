import { modelIdentity } from "../model/identity";
import type { Model } from "../model/model";
import type { NativeSteering } from "../native/addon";
import { checkProfile } from "./check";
import { loadProfile } from "./profile";
import { profileSteering } from "./profile-steering";

export interface LoadSteeringOptions {
  /** Factor on the profile's coefficients. @default 1 */
  readonly scale?: number;
  /** Told when the profile was made for another file of the model's shape. */
  readonly onWarning?: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The steering of a profile file for branches of `model`; undefined when the profile steers nothing.
 *
 * @throws ERR_FILE_FORMAT when the profile is damaged, ERR_SHAPE_MISMATCH when it is for another model
 */
export async function loadSteering(
  path: string,
  model: Model,
  { scale, onWarning, signal }: LoadSteeringOptions = {},
): Promise<NativeSteering | undefined> {
  const profile = await loadProfile(path);
  const warning = checkProfile(profile, await modelIdentity(model, { signal }));
  if (warning !== undefined) onWarning?.(warning);
  return profileSteering(profile, scale);
}
