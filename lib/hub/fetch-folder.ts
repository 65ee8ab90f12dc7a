import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { invalidArgument, SteeringError } from "../errors";
import { sum } from "../statistics/mean";
import { hubEndpoint } from "./environment";
import { fetchFiles, missingBytes, type FetchOptions, type Planned } from "./fetch-files";
import { type Fetched, whatIsHere } from "./fetch-model";
import { requireInside, snapshotPath } from "./layout";
import { isReference, parseReference, referenceText, type HubReference } from "./reference";
import { notHere, openRepository } from "./repository";
import type { HubFile } from "./tree";

/** Which files are wanted, by their paths in the repository. */
export type Wanted = (path: string) => boolean;

/** Of what is there instead. */
const SHOWN = 20;

/**
 * A folder of the hub with the files in it that are wanted, or a file of it with those beside it
 * (`hf:user/repository/path@revision`); or a path, which comes back as it is.
 *
 * @throws ERR_INVALID_ARGUMENT for what is no folder of the hub, and as `fetchFiles`
 */
export async function fetchFolder(source: string, wanted: Wanted, options: FetchOptions = {}): Promise<Fetched> {
  return await (await planFolder(source, wanted, options)).fetch();
}

/** The same, before anything is downloaded. @throws as `fetchFolder` */
export async function planFolder(source: string, wanted: Wanted, options: FetchOptions): Promise<Planned<Fetched>> {
  if (!isReference(source)) return whatIsHere({ path: source, reference: source });
  const asked = folderReference(source);
  const { reference, files: all } = await openRepository(asked, options);
  const files = all && wantedFiles(all, reference, wanted);
  return {
    sizeBytes: files && sum(files.map(({ sizeBytes }) => sizeBytes)),
    missingBytes: files && (await missingBytes(reference, files)),
    fetch: async () => {
      if (files) await fetchFiles(reference, files, options);
      const path = snapshotPath(reference, reference.revision, reference.path);
      await requireAllInside(reference, path).catch((error: unknown) => {
        throw error instanceof SteeringError ? error : notHere(asked);
      });
      return { path, reference: referenceText(reference) };
    },
  };
}

/**
 * The files of a folder of the hub that are wanted in the order of their names, or the one file that `source` names: each
 * is downloaded when it is asked for.
 *
 * @throws as `fetchFolder`
 */
export async function* fetchEach(source: string, wanted: Wanted, options: FetchOptions = {}): AsyncGenerator<string> {
  const asked = folderReference(source);
  const { reference, files: all } = await openRepository(asked, options);
  if (!all) throw notHere(asked, "the list of its files");
  const isFile = all.some(({ path }) => path === reference.path);
  const files = wantedFiles(all, reference, (path) => !isFile && wanted(path));
  for (const file of files.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    await fetchFiles(reference, [file], options);
    const path = snapshotPath(reference, reference.revision, file.path);
    await requireInside(reference, path);
    yield path;
  }
}

function folderReference(source: string): HubReference {
  const asked = parseReference(source, hubEndpoint());
  if (asked !== undefined && asked.quantisation === undefined) return asked;
  throw invalidArgument("reference", "hf:user/repository, then where wanted /path and @revision", source);
}

function wantedFiles(files: readonly HubFile[], reference: HubReference, wanted: Wanted): HubFile[] {
  const { path } = reference;
  const isFile = files.some((file) => file.path === path);
  const folder = isFile ? folderOf(path!) : path;
  const below = files.filter((file) => folder === undefined || file.path.startsWith(`${folder}/`));
  const found = below.filter((file) => {
    return file.path === path || (wanted(file.path) && (!isFile || folderOf(file.path) === folder));
  });
  if (found.length > 0) return found;
  const names = (below.length > 0 ? below : files).slice(0, SHOWN).map((file) => file.path);
  const text = referenceText(reference);
  const message = `${text}: nothing there that is wanted; found ${names.join(", ") || "no file"}`;
  throw new SteeringError("ERR_HUB_NOT_FOUND", message, { reference: text, found: names });
}

function folderOf(path: string): string | undefined {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;
}

/** Of whatever others have put there too: it is read as one folder. @throws as `requireInside` */
async function requireAllInside(reference: HubReference, path: string): Promise<void> {
  await requireInside(reference, path);
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []); // a file, or a link to nowhere
  for (const entry of entries) await requireAllInside(reference, join(path, entry.name));
}
