import { norm } from "../statistics/norm";
import { loadProfile, type SteeringProfile } from "../steering/profile";

export interface ProfileReport extends Omit<SteeringProfile, "vectors"> {
  readonly kind: "profile";
  readonly path: string;
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
  return { kind: "profile", path, ...document, vectors: norms };
}
