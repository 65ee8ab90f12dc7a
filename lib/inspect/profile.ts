import { norm } from "../statistics/norm";
import { featureLinks, type FeatureLink } from "../sae/links";
import { loadProfile, type SteeringProfile } from "../steering/profile";

export interface ProfileReport extends Omit<SteeringProfile, "vectors"> {
  readonly kind: "profile";
  readonly path: string;
  /** Of the features that have a public dashboard. */
  readonly links: readonly FeatureLink[];
  /** What is added to the output of each layer (-1: to the input of block 0): its norm, in residual units. */
  readonly vectors: readonly { readonly nativeLayer: number; readonly norm: number }[];
}

/** @throws ERR_FILE_FORMAT */
export async function inspectProfile(path: string): Promise<ProfileReport> {
  const { vectors, ...document } = await loadProfile(path);
  const { layers, nEmbd, rows } = vectors;
  const norms = Array.from(layers, (nativeLayer, i) => ({
    nativeLayer,
    norm: norm(rows.subarray(i * nEmbd, (i + 1) * nEmbd)),
  }));
  const links = featureLinks(document.features, document.saes);
  return { kind: "profile", path, ...document, links, vectors: norms };
}
