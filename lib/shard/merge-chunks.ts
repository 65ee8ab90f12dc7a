import { momentsBytes } from "../collect/layer-bytes";
import { residualBytes } from "../collect/residual-bytes";
import type { WorkOptions } from "../progress";
import { chunkFromArrow, chunkToArrow } from "../run/chunk";
import type { RunLock } from "../run/lock";
import type { RunManifest } from "../run/manifest";
import { momentsFromArrow } from "../run/moments-arrow";
import { emptyResidualSums, residualSumsFromArrow } from "../run/residual-sums";
import { CHUNK_SAMPLES, RESIDUAL_FILE, Run, saeFile } from "../run/run";
import type { ChunkStore, StoredChunk } from "./chunk-store";
import type { Parts } from "./parts";

/**
 * Makes the run directory that `collect` makes of the questions of these parts, in the memory of one file of a chunk. One that
 * was begun goes on.
 *
 * @throws ERR_RUN_INCOMPLETE, ERR_FILE_FORMAT for a chunk that is gone or damaged; ERR_RUN_MISMATCH, ERR_FILE_WRITE
 */
export async function mergeChunks(
  { manifest, chunks }: Parts,
  store: ChunkStore,
  { lock, onProgress, signal }: { readonly lock: RunLock } & WorkOptions,
): Promise<void> {
  const run = await Run.open(lock, manifest);
  while (run.nCommitted < chunks.length) {
    signal?.throwIfAborted();
    const done = run.nCommitted;
    onProgress?.({ step: "merging", done, total: chunks.length, unit: "chunks" });
    const chunk = await store.chunk(chunks[done]!);
    await (manifest.keep === "sparse" ? addActivations(run, chunk, chunks[done] !== done) : addSums(run, chunk));
  }
  await run.finish();
}

/** The same files, but for where the samples are counted from when earlier chunks are left out. */
async function addActivations(run: Run, { files, read }: StoredChunk, isMoved: boolean): Promise<void> {
  const { saes, chunkSamples } = run.manifest;
  const firstSample = run.nCommitted * chunkSamples;
  await run.commit((await read(CHUNK_SAMPLES)).toString("utf8"), async (put) => {
    for (const { name } of files) {
      if (name === CHUNK_SAMPLES) continue;
      const bytes = await read(name);
      const sae = isMoved && saes.find(({ id }) => saeFile(run.manifest, id) === name);
      await put(name, sae ? countedFrom(firstSample, bytes, name, sae) : bytes);
    }
  });
}

/** Moments and sums with those of the chunks before. */
async function addSums(run: Run, { files, read }: StoredChunk): Promise<void> {
  const { saes, model } = run.manifest;
  await run.commit((await read(CHUNK_SAMPLES)).toString("utf8"), async (put) => {
    for (const { name } of files) {
      if (name === CHUNK_SAMPLES) continue;
      const bytes = await read(name);
      const sae = saes.find(({ id }) => saeFile(run.manifest, id) === name);
      if (sae) await put(name, await momentsBytes(run, sae, momentsFromArrow(bytes, name, sae.dSae)));
      else if (name === RESIDUAL_FILE) {
        const like = saes.map(({ layer }) => emptyResidualSums(layer, model.nEmbd));
        await put(name, await residualBytes(run, residualSumsFromArrow(bytes, name, like)));
      }
    }
  });
}

function countedFrom(
  firstSample: number,
  bytes: Uint8Array,
  name: string,
  { dSae }: RunManifest["saes"][number],
): Uint8Array {
  return chunkToArrow({ ...chunkFromArrow(bytes, name, { dSae, nSamples: Infinity }), firstSample });
}
