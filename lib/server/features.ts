import { errorCode } from "../errors";
import type { Watched } from "../model/branch";
import type { SaeFolder } from "../sae/folder";
import { nativeLayer } from "../sae/hook-point";
import { type SaeIdentity, saeIdentity } from "../sae/identity";
import { watchFeatures } from "../steering/features";
import type { ProfileDocument } from "../steering/profile";
import { ApiError } from "./errors/api-error";

/** What is wrong with a feature, or an SAE, that a request names. */
export function ofFeature(
  error: unknown,
  param: string,
  saes: readonly SaeFolder[],
  wrong = "invalid_feature",
): unknown {
  const code = errorCode(error);
  if (code !== "ERR_INVALID_ARGUMENT" && code !== "ERR_OUT_OF_RANGE") return error;
  const problem = saes.length === 0 ? "this server has no SAEs: start it with --sae" : (error as Error).message;
  return new ApiError(400, `Invalid '${param}': ${problem}.`, param, wrong, { cause: error });
}

/** Features of a request's `features`, to be read at each token. @throws ApiError 400 */
export async function watched(features: readonly string[], saes: readonly SaeFolder[]): Promise<Watched> {
  try {
    return await watchFeatures(features, saes);
  } catch (error) {
    throw ofFeature(error, "features", saes);
  }
}

/** Of SAEs that something was made with those that are here, by their ids: of the same weights. */
export async function sameSaes(
  made: readonly SaeIdentity[],
  saes: readonly SaeFolder[],
): Promise<Map<string, SaeFolder>> {
  const same = new Map<string, SaeFolder>();
  for (const { id, dSae, weights } of made) {
    const here = saes.find((sae) => sae.id === id && sae.config.dSae === dSae);
    if (here && (await saeIdentity(here)).weights === weights) same.set(id, here);
  }
  return same;
}

/**
 * What a request calls each of a profile's features; null where that would add something else than the profile does: of
 * another SAE, at another layer, not at every row, or without the decoder's bias.
 */
export async function requestedAs(
  { features, saes: made, decoderBias, operations }: Omit<ProfileDocument, "vectors">,
  saes: readonly SaeFolder[],
): Promise<(string | null)[]> {
  if (decoderBias !== undefined || operations) return features.map(() => null);
  const same = await sameSaes(made, saes);
  return features.map(({ sae: id, nativeLayer: layer, feature }) => {
    const sae = same.get(id);
    return sae && nativeLayer(sae.config.hook) === layer ? `${id}/${feature}` : null;
  });
}
