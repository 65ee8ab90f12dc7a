import { sha256File } from "../files/hash";
import type { SaeIdentity } from "../run/manifest";
import type { SaeFolder } from "./folder";
import { saeOfLayer } from "./set";

/** Files of gigabytes are hashed once. */
const identities = new WeakMap<SaeFolder, SaeIdentity>();

/** What tells this SAE from others, wherever its files lie. */
export async function saeIdentity(sae: SaeFolder, signal?: AbortSignal): Promise<SaeIdentity> {
  const known = identities.get(sae);
  if (known) return known;
  const { hook, dModel, dSae, neuronpediaId } = sae.config;
  const encoder = JSON.parse(JSON.stringify(sae.config.encoder)) as SaeIdentity["encoder"];
  const identity: SaeIdentity = {
    ...{ layer: hook.layer, site: hook.site, dModel, dSae, encoder },
    ...("weightsPath" in sae && { weights: await sha256File(sae.weightsPath, signal) }),
    ...(neuronpediaId !== undefined && { neuronpediaId }),
  };
  identities.set(sae, identity);
  return identity;
}

/** Of the SAEs of these layers. @throws ERR_OUT_OF_RANGE when one has none */
export async function saeIdentities(
  saes: readonly SaeFolder[],
  layers: readonly { readonly layer: number }[],
  signal?: AbortSignal,
): Promise<SaeIdentity[]> {
  return Promise.all(layers.map(({ layer }) => saeIdentity(saeOfLayer(saes, layer), signal)));
}
