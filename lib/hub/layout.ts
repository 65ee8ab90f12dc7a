import { lstat, realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { SteeringError } from "../errors";
import { hubCache } from "./environment";
import type { HubReference } from "./reference";

// Where all programs of a user keep what they have from the hub: huggingface.co/docs/hub/local-cache. A repository has a
// folder; `blobs` are files by their hash, `snapshots` one folder of links to them for each commit, `refs` the commits that
// branches and tags were last seen at, `trees` what is in a commit (huggingface_hub 1.0 and later).

type Repository = Pick<HubReference, "type" | "repository">;

export function repositoryFolder(repository: Repository): string {
  return join(hubCache(), folderName(repository));
}

export function blobPath(repository: Repository, hash: string): string {
  return join(repositoryFolder(repository), "blobs", hash);
}

/** Python's library takes the same lock while it downloads. */
export function lockPath(repository: Repository, hash: string): string {
  return join(hubCache(), ".locks", folderName(repository), `${hash}.lock`);
}

export function snapshotPath(repository: Repository, commit: string, path = ""): string {
  return join(repositoryFolder(repository), "snapshots", commit, path);
}

export function refPath(repository: Repository, revision: string): string {
  return join(repositoryFolder(repository), "refs", revision);
}

export function treePath(repository: Repository, commit: string): string {
  return join(repositoryFolder(repository), "trees", `${commit}.json`);
}

/**
 * Follows the links of something in a repository's folder, or in what repositories share (huggingface_hub 2.0 and later).
 *
 * @throws ERR_FILE_FORMAT where they lead elsewhere; the system's error where there is nothing
 */
export async function requireInside(repository: Repository, path: string): Promise<void> {
  const real = await realpath(path);
  for (const folder of [repositoryFolder(repository), join(hubCache(), "blobs")]) {
    const home = await realpath(folder).catch(() => undefined);
    if (home !== undefined && isWithin(home, real)) return;
  }
  throw leadsOut(path);
}

/**
 * Whether what lies on the way from a repository's folder to a path in it, and at that path, is no link: whoever writes
 * there then writes there. Links in a repository are files of snapshots, and blobs that repositories share.
 */
export async function isOwn(repository: Repository, path: string): Promise<boolean> {
  const home = repositoryFolder(repository);
  for (let at = path; isWithin(home, at) && at !== home; at = dirname(at)) {
    const found = await lstat(at).catch(() => undefined);
    if (found?.isSymbolicLink()) return false;
  }
  return true;
}

/** @throws ERR_FILE_FORMAT where that is not so */
export async function requireOwn(repository: Repository, path: string): Promise<void> {
  if (!(await isOwn(repository, path))) throw leadsOut(path);
}

function leadsOut(path: string): SteeringError {
  const reason = "a link in it leads out of the repository's folder";
  return new SteeringError("ERR_FILE_FORMAT", `${path}: ${reason}`, { path, reason });
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !/^[A-Za-z]:/.test(way);
}

/** A file of a model's snapshot. */
const SNAPSHOT = /[/\\](models--[\w.-]+?--[\w.-]+)[/\\]snapshots[/\\][^/\\]+[/\\](.+)$/;

/** Of which repository, and what in it, a path in some such cache is; undefined for one elsewhere. */
export function modelFileAt(path: string): { readonly repository: string; readonly path: string } | undefined {
  const [, folder, file] = SNAPSHOT.exec(path) ?? [];
  if (folder === undefined || file === undefined) return undefined;
  return { repository: modelOfFolder(folder)!, path: file.replaceAll("\\", "/") };
}

/** The repository that a folder of the cache is named for; undefined where that is no model's. */
export function modelOfFolder(name: string): string | undefined {
  return /^models--(.+)$/.exec(name)?.[1]?.replace("--", "/");
}

function folderName({ type, repository }: Repository): string {
  return [`${type}s`, ...repository.split("/")].join("--");
}
