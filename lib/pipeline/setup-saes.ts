import { fetchSaes } from "../sae/fetch-saes";
import type { SaeFolder } from "../sae/folder";
import { residualBases } from "../sae/residual-basis";
import { findSaes, saesOfLayers } from "../sae/set";
import type { Setup } from "./setup-options";

/**
 * The SAEs that a setup names, of those that are on this machine: nothing is downloaded.
 *
 * @throws as `fetchSaes` and `findSaes`
 */
export async function saesOfSetup(
  { sae, layers }: Pick<Setup, "sae" | "layers">,
  model: { readonly nEmbd: number; readonly nLayer: number; readonly name: string },
  signal?: AbortSignal,
): Promise<readonly SaeFolder[]> {
  if (sae === undefined) return residualBases(model, layers);
  const { source } = await fetchSaes(sae, { layers, cacheOnly: true, signal });
  return saesOfLayers(await findSaes(source), layers);
}
