import { given } from "../options/given";
import { Model } from "./model";
import type { ModelOptions } from "./options";

/** `Model.load` for whatever a path was given of: what is not known yet is loaded in a child process first. */
export function loadUnknown(
  path: string,
  options: { [K in keyof ModelOptions]: ModelOptions[K] | undefined },
): Promise<Model> {
  return Model.load(path, { verify: "unknown", ...given(options) });
}
