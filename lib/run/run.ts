import { existsSync } from "node:fs";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { SteeringError } from "../errors";
import { partialPath, syncDirectory, writeFileAtomically, writeSynced } from "../files/atomic-write";
import { CHECKSUMS_FILE, checksumLine, readChecked } from "../files/checksums";
import { readJson, writeJson } from "../files/json";
import { checkSame, runManifest, type RunManifest } from "./manifest";
import { discard, makeFolder, remove } from "../files/folder";
import { readBytes, readError } from "../files/read-file";
import { writeError } from "../files/write-error";
import type { ChunkTarget, PutFile } from "./chunk-target";
import { incomplete, manifestPath, requireRun } from "./directory";
import { readSamples, requireCount, type SampleRecord } from "./samples";
import type { RunLock } from "./lock";

/** The questions of a chunk and their answers, until `samples.jsonl` holds those of all chunks. */
export const CHUNK_SAMPLES = "samples.jsonl";

/** Sums over residual rows: see `residual-sums.ts`. */
export const RESIDUAL_FILE = "residual.arrow";

/**
 * A run directory being filled, by the holder of its lock:
 *
 *     run.json                               the manifest
 *     activations/<chunk>/layer-<l>.arrow    of each SAE (see `saeFile`) sparse pooled activations; or, with `keep: "moments"`,
 *     moments/<chunk>/layer-<l>.arrow        the moments of this and all earlier chunks, of the last chunk only
 *     <either>/<chunk>/residual.arrow        residual sums, of the same samples as the files beside it
 *     <either>/<chunk>/SHA256SUMS            of the files beside it
 *     samples.jsonl                          all samples; it appears last, so it says that the run is complete
 *
 * A chunk is a folder that gets its name, by one rename, when all in it is on the disk. So a run that is killed at any
 * moment goes on after its last chunk, and ends with the bytes it would have had.
 */
export class Run implements ChunkTarget {
  private constructor(
    readonly directory: string,
    readonly manifest: RunManifest,
    private nDone: number,
  ) {}

  /**
   * Starts a run, or takes up the one that is there.
   * @throws ERR_RUN_MISMATCH when it is a run of something else, ERR_FILE_FORMAT when its files are damaged, ERR_FILE_WRITE
   */
  static async open({ directory }: RunLock, manifest: RunManifest): Promise<Run> {
    if (!(await isStarted(directory, manifest))) await writeJson(manifestPath(directory), manifest);
    const run = new Run(directory, manifest, isComplete(directory) ? chunkCount(manifest) : 0);
    await run.removeLeftovers();
    if (!run.complete) run.nDone = await countChunks(run.chunksFolder);
    return run;
  }

  get nChunks(): number {
    return chunkCount(this.manifest);
  }

  /** Chunks that are on the disk: the next one to make is chunk `nCommitted`. */
  get nCommitted(): number {
    return this.nDone;
  }

  get complete(): boolean {
    return isComplete(this.directory);
  }

  private get chunksFolder(): string {
    return chunksFolder(this.directory, this.manifest);
  }

  /**
   * Adds chunk `nCommitted`, as any target.
   * @param samples JSON lines
   */
  async commit(samples: string, write: (put: PutFile) => Promise<void>): Promise<void> {
    const folder = chunkFolder(this.chunksFolder, this.nDone);
    const partial = partialPath(folder);
    try {
      await makeFolder(partial);
      await writeSynced(join(partial, CHUNK_SAMPLES), samples);
      let checksums = "";
      await write(async (name, bytes) => {
        checksums += checksumLine(name, bytes);
        await writeSynced(join(partial, name), bytes);
      });
      await writeSynced(join(partial, CHECKSUMS_FILE), checksums);
      await syncDirectory(partial);
      await rename(partial, folder);
      await syncDirectory(this.chunksFolder);
    } catch (error) {
      await discard(partial);
      throw writeError(folder, error);
    }
    this.nDone += 1;
    if (this.manifest.keep === "moments") await removeArrows(this.chunksFolder, this.nDone - 2);
  }

  /** A file of chunk `nCommitted - 1`; undefined before the first. */
  async lastFile(name: string): Promise<{ path: string; bytes: Uint8Array } | undefined> {
    if (this.nDone === 0) return undefined;
    const path = join(chunkFolder(this.chunksFolder, this.nDone - 1), name);
    return { path, bytes: await readChecked(path) };
  }

  /** The questions and answers of the first chunk, while later ones are still to be made. @throws ERR_FILE_FORMAT */
  async firstSamples(): Promise<SampleRecord[]> {
    const path = join(chunkFolder(this.chunksFolder, 0), CHUNK_SAMPLES);
    const records: SampleRecord[] = [];
    for await (const record of readSamples(path)) records.push(record);
    const { chunkSamples, samples } = this.manifest;
    requireCount(path, Math.min(chunkSamples, samples.n), records.length);
    return records;
  }

  /** Writes `samples.jsonl`, which makes the run complete. */
  async finish(): Promise<void> {
    if (this.complete) return;
    const folders = Array.from({ length: this.nDone }, (_, chunk) => chunkFolder(this.chunksFolder, chunk));
    await writeFileAtomically(join(this.directory, "samples.jsonl"), contentsOf(folders));
    await this.removeLeftovers();
  }

  /** What this one's last step, or a killed process before it, leaves behind. */
  private async removeLeftovers(): Promise<void> {
    const chunks = await chunkNames(this.chunksFolder);
    for (const [i, name] of chunks.entries()) {
      const last = i === chunks.length - 1;
      if (this.manifest.keep === "moments" && !last) await removeArrows(this.chunksFolder, Number(name));
      if (!this.complete) continue;
      await remove(join(this.chunksFolder, name, CHUNK_SAMPLES));
      if (this.manifest.keep === "moments" && !last) await remove(join(this.chunksFolder, name));
    }
  }
}

/** Whether `directory` holds this run. @throws ERR_RUN_MISMATCH when it holds another, ERR_FILE_FORMAT */
export async function isStarted(directory: string, manifest: RunManifest): Promise<boolean> {
  const path = manifestPath(directory);
  if (!existsSync(path)) return false;
  checkSame(directory, await readJson(path, runManifest), manifest);
  return true;
}

/** Whether all samples of the run in `directory` have been collected. */
export function isComplete(directory: string): boolean {
  return existsSync(join(directory, "samples.jsonl"));
}

/** Manifest of the finished run in `directory`. @throws ERR_RUN_INCOMPLETE, ERR_FILE_FORMAT */
export async function readManifest(directory: string): Promise<RunManifest> {
  requireRun(directory);
  const manifest = await readJson(manifestPath(directory), runManifest);
  if (isComplete(directory)) return manifest;
  throw incomplete(directory, "is not fully collected: run collect on it again, it goes on where it stopped");
}

/** The files of this name of a finished run, in the order of their chunks. */
export async function chunkFiles(directory: string, manifest: RunManifest, name: string): Promise<string[]> {
  const folder = chunksFolder(directory, manifest);
  return (await chunkNames(folder)).map((chunk) => join(folder, chunk, name));
}

/** Those of one SAE. */
export function saeFiles(directory: string, manifest: RunManifest, id: string): Promise<string[]> {
  return chunkFiles(directory, manifest, saeFile(manifest, id));
}

/** What a chunk keeps of an SAE: by its layer, and where that has several by its place among them. */
export function saeFile({ saes }: Pick<RunManifest, "saes">, id: string): string {
  const { layer } = saes.find((sae) => sae.id === id)!;
  const ofLayer = saes.filter((sae) => sae.layer === layer);
  const place = ofLayer.length === 1 ? "" : `.${ofLayer.findIndex((sae) => sae.id === id)}`;
  return `layer-${String(layer).padStart(2, "0")}${place}.arrow`;
}

/** The SAEs of a run whose other files are of before SAEs had ids; none where its manifest says nothing. */
export async function saesOfRun(directory: string): Promise<RunManifest["saes"]> {
  const manifest = await readJson(manifestPath(directory), runManifest).catch(() => undefined);
  return manifest?.saes ?? [];
}

function chunksFolder(directory: string, { keep }: RunManifest): string {
  return join(directory, keep === "sparse" ? "activations" : "moments");
}

function chunkFolder(chunks: string, chunk: number): string {
  return join(chunks, String(chunk).padStart(6, "0"));
}

function chunkCount({ samples, chunkSamples }: RunManifest): number {
  return Math.ceil(samples.n / chunkSamples);
}

/** In order. What else lies there (a file manager's notes) is none of ours. */
async function chunkNames(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder).catch((error: unknown) => {
    throw readError(folder, error);
  });
  return names.filter((name) => /^\d{6,}$/.test(name)).sort();
}

/** @throws ERR_FILE_FORMAT when a chunk between others is gone */
async function countChunks(folder: string): Promise<number> {
  const names = await chunkNames(folder);
  const missing = names.findIndex((_, chunk) => !existsSync(chunkFolder(folder, chunk)));
  if (missing < 0) return names.length;
  const path = chunkFolder(folder, missing);
  throw new SteeringError("ERR_FILE_FORMAT", `${path} is missing, but later chunks are there`, { path });
}

async function removeArrows(chunks: string, chunk: number): Promise<void> {
  const folder = chunkFolder(chunks, chunk);
  if (chunk < 0 || !existsSync(folder)) return;
  for (const name of await readdir(folder)) if (name.endsWith(".arrow")) await remove(join(folder, name));
}

async function* contentsOf(folders: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const folder of folders) yield await readBytes(join(folder, CHUNK_SAMPLES));
}
