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

/** Of a list: "12=" and where it is. */
const ENTRY = /^(\d+=)(.+)$/s;

export type FetchSaesOptions = FetchOptions & {
  /** Whose SAEs are wanted; all unless given. Of files whose names tell their layer no others are downloaded. */
  readonly layers?: "all" | readonly number[];
};

/**
 * Downloads the SAEs that a source names which are not here: of the hub (`hf:user/repository/path@revision`), or of the
 * catalogue (`release`, `release/sae_id`, a dashboard's id), of which an entry of a list `layer=source` takes the SAE of its
 * layer. Paths stay as they are.
 *
 * @throws as `fetchFolder` and `resolveKnownSaes`
 */
export async function fetchSaes(
  source: string | readonly string[],
  options: FetchSaesOptions = {},
): Promise<FetchedSaes> {
  const { layers = "all", ...work } = options;
  if (typeof source !== "string") return await fetchEntries(source, work);
  const known = knownSaes(source, layers);
  if (known) return await fetchKnown(source, known, work);
  const { path, reference } = await fetchFolder(source, wantedOf(layers), work);
  return { source: path, reference };
}

/** Paths from the root; what names SAEs elsewhere as it is. */
export function absoluteSaes(source: string | readonly string[]): string | string[] {
  const absolute = (one: string) => (isNameOfSaes(one) ? one : resolve(one));
  if (typeof source === "string") return absolute(source);
  return source.map((entry) => entry.replace(ENTRY, (_, front: string, of: string) => front + absolute(of)));
}

/** Whether it names SAEs of the hub or of the catalogue; else it is a path. */
export function isNameOfSaes(text: string): boolean {
  return isReference(text) || knownSaes(text) !== undefined;
}

/** What is not here by that name may be in the catalogue. */
function knownSaes(name: string, layers?: FetchSaesOptions["layers"]): KnownSaes | undefined {
  return isReference(name) || existsSync(name) ? undefined : resolveKnownSaes(name, layers);
}

async function fetchKnown(name: string, { repo, revision, saes }: KnownSaes, work: FetchOptions) {
  const files = new Set(saes.flatMap(({ files, optionalFiles }) => [...files, ...optionalFiles]));
  const fetched = await fetchFolder(`hf:${repo}@${revision}`, (path) => files.has(path), work);
  const commit = /@(.+)$/.exec(fetched.reference)?.[1];
  return {
    source: saes.map(({ layer, path }) => `${layer}=${join(fetched.path, path)}`),
    reference: `${name.replace(/@[^@]*$/, "")}@${commit}`,
  };
}

async function fetchEntries(entries: readonly string[], work: FetchOptions): Promise<FetchedSaes> {
  const source: string[] = [];
  const references: string[] = [];
  for (const entry of entries) {
    const fetched = await fetchEntry(entry, work);
    source.push(...fetched.source);
    references.push(fetched.reference);
  }
  return { source, reference: references };
}

async function fetchEntry(entry: string, work: FetchOptions) {
  const [, front = "", of = entry] = ENTRY.exec(entry) ?? [];
  const known = front === "" ? undefined : knownSaes(of, [parseInt(front)]);
  if (known) {
    const { source, reference } = await fetchKnown(of, known, work);
    return { source, reference: front + reference };
  }
  const { path, reference } = await fetchFolder(of, isSaeFile, work);
  return { source: [front + path], reference: front + reference };
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
