import { z } from "zod";
import { extent, sha256 } from "../files/schema";
import type { WorkOptions } from "../progress";
import { adapterIdentities, adapterIdentitySchema } from "./adapters";
import { modelHash } from "./hash";
import type { Model } from "./model";

export const modelIdentitySchema = z.object({
  name: z.string(),
  architecture: z.string(),
  nEmbd: extent,
  nLayer: z.int().min(1),
  sha256,
  /** LoRA adapters that are added to its weights; left out where none is. */
  adapters: z.array(adapterIdentitySchema).exactOptional(),
});
/**
 * Which model: enough to tell two files apart, and nothing about where the file lies. `sha256` is of its file, or of the
 * SHA-256s of its parts.
 * @interface
 */
export type ModelIdentity = z.infer<typeof modelIdentitySchema>;

/** A file of gigabytes is hashed once for each loaded model. */
const identities = new WeakMap<Model, ModelIdentity>();

/** What tells this model from others, wherever its file lies. */
export async function modelIdentity(model: Model, options: WorkOptions = {}): Promise<ModelIdentity> {
  const known = identities.get(model);
  if (known) return known;
  const { name, architecture, nEmbd, nLayer, path } = model.info;
  const adapters = await adapterIdentities(model.adapters, options);
  const own = { name, architecture, nEmbd, nLayer, sha256: await modelHash(path, options) };
  const identity = { ...own, ...(adapters.length > 0 && { adapters }) };
  identities.set(model, identity);
  return identity;
}
