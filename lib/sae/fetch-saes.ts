import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FetchOptions, Planned } from "../hub/fetch-files";
import { planFolder, type Wanted } from "../hub/fetch-folder";
import { isReference } from "../hub/reference";
import { resolveKnownSaes, type KnownSaes } from "./catalogue/resolve";
import { sum } from "../statistics/mean";
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
  return await (await planSaes(source, options)).fetch();
}

/** SAEs that are to be fetched. */
export interface PlannedSaes extends Planned<FetchedSaes> {
  /** Those of them that the catalogue knows. */
  readonly known: readonly KnownSaes[];
}

/** The same, before anything is downloaded. @throws as `fetchSaes` */
export async function planSaes(source: string | readonly string[], options: FetchSaesOptions): Promise<PlannedSaes> {
  const { layers = "all", ...work } = options;
  if (typeof source !== "string") return await planEntries(source, work);
  const known = knownSaes(source, layers);
  if (known) return await planKnown(source, known, work);
  return await planSaesAt(source, wantedOf(layers), work);
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

async function planKnown(name: string, known: KnownSaes, work: FetchOptions): Promise<PlannedSaes> {
  const { repo, revision, saes } = known;
  const files = new Set(saes.flatMap(({ files, optionalFiles }) => [...files, ...optionalFiles]));
  const planned = await planFolder(`hf:${repo}@${revision}`, (path) => files.has(path), work);
  const fetch = async () => {
    const fetched = await planned.fetch();
    const commit = /@(.+)$/.exec(fetched.reference)?.[1];
    return {
      source: saes.map(({ layer, path }) => `${layer}=${join(fetched.path, path)}`),
      reference: `${name.replace(/@[^@]*$/, "")}@${commit}`,
    };
  };
  return { ...planned, known: [known], fetch };
}

async function planEntries(entries: readonly string[], work: FetchOptions): Promise<PlannedSaes> {
  const planned: PlannedSaes[] = [];
  for (const entry of entries) planned.push(await planEntry(entry, work));
  return {
    sizeBytes: sumOf(planned.map(({ sizeBytes }) => sizeBytes)),
    missingBytes: sumOf(planned.map(({ missingBytes }) => missingBytes)),
    known: planned.flatMap(({ known }) => known),
    fetch: async () => {
      const fetched: FetchedSaes[] = [];
      for (const { fetch } of planned) fetched.push(await fetch());
      return {
        source: fetched.flatMap(({ source }) => source),
        reference: fetched.flatMap(({ reference }) => reference),
      };
    },
  };
}

/** Undefined where one of them is. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.every((value) => value !== undefined) ? sum(values) : undefined;
}

async function planEntry(entry: string, work: FetchOptions): Promise<PlannedSaes> {
  const [, front = "", of = entry] = ENTRY.exec(entry) ?? [];
  const known = front === "" ? undefined : knownSaes(of, [parseInt(front)]);
  const planned = known ? await planKnown(of, known, work) : await planSaesAt(of, isSaeFile, work);
  const fetch = async () => {
    const { source, reference } = await planned.fetch();
    return {
      source: typeof source === "string" ? front + source : source,
      reference: front + String(reference),
    };
  };
  return { ...planned, fetch };
}

async function planSaesAt(source: string, wanted: Wanted, work: FetchOptions): Promise<PlannedSaes> {
  const planned = await planFolder(source, wanted, work);
  const fetch = async () => {
    const { path, reference } = await planned.fetch();
    return { source: path, reference };
  };
  return { ...planned, known: [], fetch };
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
