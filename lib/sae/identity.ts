import { z } from "zod";
import { SteeringError } from "../errors";
import { knownSha256 } from "../files/known-hash";
import { toJson } from "../files/json";
import { count, extent, sha256 } from "../files/schema";
import type { WorkOptions } from "../progress";
import type { SaeFolder } from "./folder";
import { SITES } from "./hook-point";

export const saeIdentitySchema = z.object({
  /** Names it among the SAEs of a file: see `saeIds`. */
  id: z.string(),
  layer: count,
  site: z.enum(SITES),
  dModel: extent,
  dSae: extent,
  /** Its resolved configuration: activation, tensors, scale, ...; `{ basis: "residual" }` for no SAE at all. */
  encoder: z.record(z.string(), z.json()),
  /** SHA-256 of its weights' file; none without an SAE. */
  weights: sha256.exactOptional(),
  /** Of its public dashboard, for example "gemma-2-2b/20-gemmascope-res-16k". */
  neuronpediaId: z.string().exactOptional(),
});
/**
 * Which SAE, or that features are the residual stream's own coordinates, and where it was trained to read: `layer`
 * and `site` are its own hook point, as published.
 * @interface
 */
export type SaeIdentity = z.infer<typeof saeIdentitySchema>;

/** Files of gigabytes are hashed once. */
const identities = new WeakMap<SaeFolder, SaeIdentity>();

/** What tells this SAE from others, wherever its files lie. */
export async function saeIdentity(sae: SaeFolder, signal?: AbortSignal): Promise<SaeIdentity> {
  const known = identities.get(sae);
  if (known) return known;
  const { hook, dModel, dSae, neuronpediaId } = sae.config;
  const encoder = JSON.parse(toJson(sae.config.encoder)) as SaeIdentity["encoder"];
  const identity: SaeIdentity = {
    ...{ id: sae.id, layer: hook.layer, site: hook.site, dModel, dSae, encoder },
    ...("weightsPath" in sae && { weights: await knownSha256(sae.weightsPath, { signal }) }),
    ...(neuronpediaId !== undefined && { neuronpediaId }),
  };
  identities.set(sae, identity);
  return identity;
}

/** Of the SAEs that a run names. @throws ERR_RUN_MISMATCH when one is not among `saes` */
export async function saeIdentities(
  saes: readonly SaeFolder[],
  named: readonly { readonly id: string }[],
  { onProgress, signal }: WorkOptions = {},
): Promise<SaeIdentity[]> {
  let done = 0;
  const identify = async (sae: SaeFolder) => {
    const identity = await saeIdentity(sae, signal);
    onProgress?.({ step: "hash of the SAEs", done: ++done, total: named.length, unit: "SAEs" });
    return identity;
  };
  return Promise.all(named.map(({ id }) => identify(saeOf(saes, id))));
}

/** The SAE of this id. @throws ERR_RUN_MISMATCH when it is not among `saes` */
export function saeOf<T extends { readonly id: string }>(saes: readonly T[], id: string): T {
  const found = saes.find((sae) => sae.id === id);
  if (found) return found;
  const there = saes.map((sae) => sae.id);
  throw new SteeringError("ERR_RUN_MISMATCH", `expected the SAE ${id}, found only ${there.join(", ")}`, {
    expected: id,
    actual: there,
  });
}
