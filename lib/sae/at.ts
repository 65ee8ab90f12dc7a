import { invalidArgument } from "../errors";
import type { SaeFolder } from "./folder";
import { nativeLayer, parseHookName } from "./hook-point";

/**
 * The SAE of that id, or the only one of that hook point, such as "blocks.12.hook_resid_post".
 *
 * @param argument whose value `place` is, for errors
 * @throws TypeError `ERR_INVALID_ARGUMENT` where there is none, or several
 */
export function saeAt(place: string, saes: readonly SaeFolder[], argument: string): SaeFolder {
  const byId = saes.find(({ id }) => id === place);
  if (byId) return byId;
  const hook = parseHookName(place);
  const there = hook ? saes.filter(({ config }) => nativeLayer(config.hook) === nativeLayer(hook)) : [];
  if (there.length === 1) return there[0]!;
  const ids = (there.length > 0 ? there : saes).map(({ id }) => id).join(", ");
  throw invalidArgument(argument, there.length > 0 ? `one of the SAEs ${ids}` : `an SAE that is there (${ids})`, place);
}
