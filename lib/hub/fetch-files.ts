import { rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { SteeringError } from "../errors";
import { syncDirectory } from "../files/atomic-write";
import { discard, makeFolder } from "../files/folder";
import { writeError } from "../files/write-error";
import { callback } from "../options/kinds";
import { type Given, option } from "../options/option";
import type { WorkOptions } from "../progress";
import { sum } from "../statistics/mean";
import { isCached, placeBlob, sizeOf } from "./cached-file";
import { requireSpace } from "./disk-space";
import { hubEndpoint, isOffline } from "./environment";
import { hashOf } from "./file-hash";
import { blobPath, lockPath, requireInside, requireOwn, repositoryFolder } from "./layout";
import { referenceText, type HubReference } from "./reference";
import { hubRefusal } from "./refusal";
import { notHere, type AskOptions } from "./repository";
import { transfer, type Transfer, type TransferOptions } from "./transfer";
import type { HubFile } from "./tree";
import { whileLocked } from "./waited-lock";

/** What is about to be downloaded. */
export interface Download {
  /** As the user may name it again. */
  readonly reference: string;
  readonly nFiles: number;
  /** That are not here yet. */
  readonly sizeBytes: number;
  /** Where it goes. */
  readonly folder: string;
}

export const downloadOption = z.object({
  onDownload: option("told what is to be downloaded, how much and where to", callback<OnDownload>().optional(), {
    more: "Called before each download begins; not where all is here. What it throws ends the work.",
  }),
});
export type OnDownload = (download: Download) => void;

/**
 * What work may be given that may have to download something first.
 * @interface
 */
export type DownloadOptions = Given<typeof downloadOption> & WorkOptions;

export type FetchOptions = DownloadOptions & Pick<AskOptions, "patience" | "cacheOnly">;

/** What a source stands for, before any of it is downloaded. */
export interface Planned<T> {
  /** Of its files; undefined where only the server knows. */
  readonly sizeBytes: number | undefined;
  /** Of those that are not here; undefined where only the server knows. */
  readonly missingBytes: number | undefined;
  /** Downloads what is not here. */
  readonly fetch: () => Promise<T>;
}

/** At once: more only share what the line gives. */
const AT_ONCE = 4;

/**
 * Brings files of a commit into the cache, those that are not there.
 *
 * @param reference with a commit as its revision
 * @throws ERR_HUB_OFFLINE, ERR_HUB_ACCESS, ERR_HUB_NOT_FOUND, ERR_DOWNLOAD, ERR_FILE_WRITE, ERR_FILE_FORMAT; the signal's reason
 */
export async function fetchFiles(
  reference: HubReference,
  files: readonly HubFile[],
  { onDownload, onProgress, signal, patience, cacheOnly = isOffline() }: FetchOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const here = await Promise.all(files.map((file) => isCached(reference, file)));
  const missing = files.filter((_, i) => !here[i]);
  if (missing.length === 0) return;
  if (cacheOnly) throw notHere(reference, missing[0]!.path);
  const folder = repositoryFolder(reference);
  await requireOwn(reference, join(folder, "blobs"));
  await makeFolder(join(folder, "blobs"));
  const gathered = new Map<HubFile, number>();
  for (const file of missing) gathered.set(file, await gatheredBytes(reference, file));
  const total = sum(missing.map(({ sizeBytes }) => sizeBytes));
  const done = () => sum([...gathered.values()]);
  const sizeBytes = total - done();
  await requireSpace(folder, sizeBytes);
  onDownload?.({ reference: referenceText(reference), nFiles: missing.length, sizeBytes, folder });
  const tell = () => onProgress?.({ step: `download of ${reference.repository}`, done: done(), total, unit: "bytes" });
  tell();
  await inParallel(missing, signal, async (file, signal) => {
    const onBytes = (n: number) => {
      gathered.set(file, n);
      tell();
    };
    await fetchFile(reference, file, { onBytes, signal, patience });
  });
}

/** What has to be downloaded before files of a commit are here. */
export async function missingBytes(reference: HubReference, files: readonly HubFile[]): Promise<number> {
  const ofFile = async (file: HubFile) =>
    (await isCached(reference, file)) ? 0 : file.sizeBytes - (await gatheredBytes(reference, file));
  return sum(await Promise.all(files.map(ofFile)));
}

async function fetchFile(reference: HubReference, file: HubFile, options: TransferOptions): Promise<void> {
  const blob = blobPath(reference, file.hash);
  await whileLocked(lockPath(reference, file.hash), options.signal, async () => {
    if (await isCached(reference, file)) return; // by who held the lock before
    const isNew = (await sizeOf(blob)) !== file.sizeBytes;
    if (isNew) await fetchBlob(reference, file, options);
    else await requireInside(reference, blob);
    await placeBlob(reference, file, isNew);
  });
  options.onBytes?.(file.sizeBytes);
}

/** @throws ERR_DOWNLOAD for bytes that are not those of the hash: they are not kept */
async function fetchBlob(reference: HubReference, file: HubFile, options: TransferOptions) {
  const blob = blobPath(reference, file.hash);
  const partial = `${blob}.incomplete`;
  await requireOwn(reference, partial);
  const url = fileUrl(reference, file.path);
  const asked: Transfer = {
    url,
    partial,
    sizeBytes: file.sizeBytes,
    hash: () => hashOf(file),
    isSame: ({ hash = file.hash }) => hash === file.hash,
    refusal: (answer) => hubRefusal(answer, { ...reference, path: file.path }),
  };
  const isResumed = ((await sizeOf(partial)) ?? 0) > 0;
  let hash = await transfer(asked, options);
  if (hash !== file.hash && isResumed) {
    await discard(partial); // of bytes that a power failure had not let through to the disk, or another program's
    hash = await transfer(asked, options);
  }
  if (hash !== file.hash) {
    await discard(partial);
    const what = referenceText({ ...reference, path: file.path });
    const details = { reference: what, expected: file.hash, actual: hash };
    throw new SteeringError("ERR_DOWNLOAD", `${what}: what came is not the file: its hash is ${hash}`, details);
  }
  await rename(partial, blob).catch((error: unknown) => {
    throw writeError(blob, error);
  });
  await syncDirectory(dirname(blob));
}

function fileUrl({ type, repository, revision }: HubReference, path: string): string {
  const place = `${type === "dataset" ? "datasets/" : ""}${repository}`;
  return `${hubEndpoint()}/${place}/resolve/${revision}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** What is there of a file: all of its blob, or a part. */
async function gatheredBytes(reference: HubReference, { hash, sizeBytes }: HubFile): Promise<number> {
  const blob = blobPath(reference, hash);
  if ((await sizeOf(blob)) === sizeBytes) return sizeBytes;
  const partial = (await sizeOf(`${blob}.incomplete`)) ?? 0;
  return partial <= sizeBytes ? partial : 0;
}

/** Some at once; the first failure ends the others, and is thrown when they have ended. */
async function inParallel<T>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const either = AbortSignal.any(signal ? [signal, failure.signal] : [failure.signal]);
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      either.throwIfAborted();
      await work(item, either);
    }
  };
  const workers = Array.from({ length: Math.min(AT_ONCE, items.length) }, () =>
    worker().catch((error: unknown) => {
      failure.abort(error);
    }),
  );
  await Promise.all(workers);
  either.throwIfAborted();
}
