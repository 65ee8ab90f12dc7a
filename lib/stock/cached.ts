import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { hubCache } from "../hub/environment";
import { modelOfFolder, refPath, snapshotPath } from "../hub/layout";
import { modelSizeOf } from "../model/size";
import { knownReleases } from "../sae/catalogue/releases";
import { saesUnder } from "../sae/find";
import { sum } from "../statistics/mean";
import { stockMemory, type StockMemory } from "./known";
import { knownModels } from "../sae/catalogue/models";

/** A model in the hub's cache. */
export interface CachedModel {
  /** As `--model` takes it. */
  readonly reference: string;
  readonly sizeBytes: number;
  /** About what a run takes with it; null where its header does not tell. */
  readonly memory: StockMemory | null;
}

/** SAEs of one repository in the hub's cache. */
export interface CachedSaes {
  /** As `--sae` takes it. */
  readonly reference: string;
  readonly n: number;
  readonly sizeBytes: number;
  /** Releases of the catalogue that some of them are of. */
  readonly releases: readonly string[];
}

export interface CachedStock {
  readonly folder: string;
  readonly models: readonly CachedModel[];
  readonly saes: readonly CachedSaes[];
}

/** What earlier downloads left: whole files at the commits of branches and tags. */
export async function cachedStock(): Promise<CachedStock> {
  const folder = hubCache();
  const names = (await readdir(folder).catch((): string[] => [])).sort();
  const models: CachedModel[] = [];
  const saes: CachedSaes[] = [];
  for (const repository of names.map(modelOfFolder)) {
    if (repository === undefined) continue;
    const own = { type: "model", repository } as const;
    for (const commit of await commitsOf(own)) {
      const snapshot = snapshotPath(own, commit);
      const files = await filesUnder(snapshot);
      models.push(...(await modelsOf(repository, snapshot, files)));
      const weights = (await saesUnder(snapshot).catch(() => [])).map(({ weightsPath }) => weightsPath);
      if (weights.length > 0) saes.push(await saesOf(repository, snapshot, weights));
    }
  }
  return { folder, models, saes };
}

/** Those that its branches and tags were last seen at. */
async function commitsOf(repository: Parameters<typeof refPath>[0]): Promise<string[]> {
  const refs = await filesUnder(refPath(repository, ""));
  const commits = await Promise.all(refs.map(async (ref) => (await readFile(refPath(repository, ref), "utf8")).trim()));
  return [...new Set(commits)].filter((commit) => /^[0-9a-f]{40}$/.test(commit));
}

/** By their paths in it, with slashes. */
async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/")).sort();
}

async function modelsOf(repository: string, snapshot: string, files: readonly string[]): Promise<CachedModel[]> {
  const first = files.filter(
    (file) => /\.gguf$/i.test(file) && !/(^|\/)mmproj|-0000[^1]-of-|-000[^0]\d-of-/i.test(file),
  );
  const known = Object.entries(knownModels).find(([, { gguf }]) => gguf.some(({ repo }) => repo === repository));
  const release = knownReleases().find(({ model }) => model === known?.[0]);
  const models = first.map(async (file): Promise<CachedModel | undefined> => {
    const size = await modelSizeOf(join(snapshot, file)).catch(() => undefined);
    const sizeBytes = size?.fileBytes ?? (await sizeAt(join(snapshot, file)));
    if (sizeBytes === undefined) return undefined; // a link to what is not here
    return { reference: `hf:${repository}/${file}`, sizeBytes, memory: size ? stockMemory(size, release) : null };
  });
  return (await Promise.all(models)).filter((model) => model !== undefined);
}

async function saesOf(repository: string, snapshot: string, weights: readonly string[]): Promise<CachedSaes> {
  const paths = weights.map((path) => relative(snapshot, path).replaceAll(sep, "/"));
  const releases = knownReleases().filter(({ repo, sets }) => {
    return (
      repo === repository &&
      sets.some(({ saes }) => saes.some(({ files }) => files.some((file) => paths.includes(file))))
    );
  });
  const sizes = await Promise.all(weights.map(sizeAt));
  return {
    reference: `hf:${repository}`,
    n: weights.length,
    sizeBytes: sum(sizes.map((size = 0) => size)),
    releases: releases.map(({ name }) => name),
  };
}

async function sizeAt(path: string): Promise<number | undefined> {
  return await stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}
