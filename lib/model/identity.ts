import { sha256File } from "../files/hash";
import type { ModelIdentity } from "../run/manifest";
import type { Model } from "./model";

/** A file of gigabytes is hashed once for each loaded model. */
const identities = new WeakMap<Model, ModelIdentity>();

/** What tells this model from others, wherever its file lies. */
export async function modelIdentity(model: Model, signal?: AbortSignal): Promise<ModelIdentity> {
  const known = identities.get(model);
  if (known) return known;
  const { name, architecture, nEmbd, nLayer, path } = model.info;
  const identity = { name, architecture, nEmbd, nLayer, sha256: await sha256File(path, signal) };
  identities.set(model, identity);
  return identity;
}
