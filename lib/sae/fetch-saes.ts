import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FetchOptions } from "../hub/fetch-files";
import { fetchFolder, type Wanted } from "../hub/fetch-folder";
import { isReference } from "../hub/reference";
import { resolveKnownSaes, type KnownSaes } from "./catalogue/resolve";
import { layerInName } from "./layer-in-name";

/** Where SAEs are: what `findSaes` takes, with files of the hub on this machine. */
export interface FetchedSaes {
  readonly source: string | readonly string[];
  /** What stands for the same for good: of a branch or tag the commit. */
  readonly reference: string | readonly string[];
}

export type FetchSaesOptions = FetchOptions & {
  /** Whose SAEs are wanted; all unless given. Of files whose names tell their layer no others are downloaded. */
  readonly layers?: "all" | readonly number[];
};

/**
 * Downloads the SAEs that a source names which are not here: of the hub (`hf:user/repository/path@revision`), or of the
 * catalogue (`release`, `release/sae_id`, a dashboard's id); of a list of `layer=source` each. Paths stay as they are.
 *
 * @throws as `fetchFolder` and `resolveKnownSaes`
 */
export async function fetchSaes(
  source: string | readonly string[],
  options: FetchSaesOptions = {},
): Promise<FetchedSaes> {
  if (typeof source !== "string") return await fetchEntries(source, options);
  const { layers = "all", ...work } = options;
  const known = knownSaes(source, layers);
  if (known) return await fetchKnown(source, known, work);
  const { path, reference } = await fetchFolder(source, wantedOf(layers), work);
  return { source: path, reference };
}

/** A path from the root; what names SAEs elsewhere as it is. */
export function absoluteSaes(source: string): string {
  return isReference(source) || knownSaes(source) ? source : resolve(source);
}

/** What is not here by that name may be in the catalogue. */
function knownSaes(name: string, layers?: FetchSaesOptions["layers"]): KnownSaes | undefined {
  return isReference(name) || existsSync(name) ? undefined : resolveKnownSaes(name, layers);
}

async function fetchKnown(name: string, { repo, revision, saes }: KnownSaes, work: FetchOptions): Promise<FetchedSaes> {
  const files = new Set(saes.flatMap(({ files, optionalFiles }) => [...files, ...optionalFiles]));
  const fetched = await fetchFolder(`hf:${repo}@${revision}`, (path) => files.has(path), work);
  const commit = /@(.+)$/.exec(fetched.reference)?.[1];
  return {
    source: saes.map(({ layer, path }) => `${layer}=${join(fetched.path, path)}`),
    reference: `${name.replace(/@[^@]*$/, "")}@${commit}`,
  };
}

async function fetchEntries(entries: readonly string[], options: FetchSaesOptions): Promise<FetchedSaes> {
  const source: string[] = [];
  const references: string[] = [];
  for (const entry of entries) {
    const [, layer = "", of = entry] = /^(\d+=)(.+)$/s.exec(entry) ?? [];
    const { path, reference } = await fetchFolder(of, isSaeFile, options);
    source.push(layer + path);
    references.push(layer + reference);
  }
  return { source, reference: references };
}

/** Of the layers that are asked for, where its name tells. */
function wantedOf(layers: "all" | readonly number[]): Wanted {
  return (path) => {
    const layer = layerInName(path);
    return isSaeFile(path) && (layers === "all" || layer === undefined || layers.includes(layer));
  };
}

/** Weights and configurations, without what training and evaluation left beside them. */
function isSaeFile(path: string): boolean {
  return /\.(safetensors|npz|pt|pth|json|ya?ml)$/.test(path) && !/optimi[sz]er|scheduler|eval_results/.test(path);
}
