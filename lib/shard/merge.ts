import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, path, shapeOf } from "../arguments/kinds";
import { momentsBytes } from "../collect/layer-bytes";
import { residualBytes } from "../collect/residual-bytes";
import { SteeringError } from "../errors";
import type { EvaluatedRun } from "../evaluate/evaluate";
import { given } from "../options/given";
import type { Given } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { setupOf } from "../pipeline/setup";
import type { WorkOptions } from "../progress";
import { rank } from "../rank/rank";
import { findRankingFile, type Ranking } from "../rank/ranking";
import { work } from "../run/kinds";
import { heldRun, lockRun, type RunLock } from "../run/lock";
import { momentsFromArrow } from "../run/moments-arrow";
import { emptyResidualSums, residualSumsFromArrow } from "../run/residual-sums";
import { CHUNK_SAMPLES, RESIDUAL_FILE, Run, saeFile } from "../run/run";
import { NOTHING } from "./answer-store";
import { ChunkStore, type StoredChunk } from "./chunk-store";
import { goOn, type Waiting } from "./later-stages";
import { openWorker } from "./open-worker";
import { computingOptions, mergeOptions, workerSetup } from "./options";
import { isDoneBy, readPlan, RUN_FOLDER, type ShardPlan } from "./plan";
import { ranges } from "./ranges";
import { openStorage } from "./storage/open";

export const shardMergeOptions = z.object({ ...mergeOptions.shape, ...computingOptions.shape, ...heldRun.shape });

/**
 * What to merge, and where it goes.
 * @interface
 */
export type ShardMergeOptions = Given<typeof shardMergeOptions>;

export interface MergedShards {
  readonly directory: string;
  readonly ranking: Ranking;
  /** The stage that answers are missing for, if there is one. */
  readonly waiting?: Waiting | undefined;
  readonly evaluated?: EvaluatedRun;
}

const mergeArguments = z.object({
  plan: path(),
  options: shapeOf({ ...work, overrides: anyOptions().optional() }, "options by name"),
});

/**
 * Makes the run of all shards, ranked: byte by byte the directory that `collect` and `rank` make on one machine like the
 * workers', with the plan's length of chunks. Then selects and evaluates with the answers that workers gave: what is the same
 * whoever gave them. It takes the memory of one file of a chunk; who was stopped goes on.
 *
 * @throws ERR_RUN_INCOMPLETE that names the shards that are missing; ERR_FILE_FORMAT for a damaged chunk; ERR_RUN_MISMATCH,
 * ERR_RUN_LOCKED, ERR_FILE_WRITE; as `rank`, `workShards`, and the later stages
 */
export async function mergeShards(plan: string, options: ShardMergeOptions = {}): Promise<MergedShards> {
  checkArguments(mergeArguments, { plan, options });
  refuseUnknown(options, shardMergeOptions);
  if (options.overrides) refuseUnknown(options.overrides, workerSetup);
  const resolved = resolveOptions(shardMergeOptions, options);
  const { storage: place, directory = join(plan, RUN_FOLDER), through, onProgress, signal } = resolved;
  const stored = await readPlan(plan);
  const storage = await openStorage(stored, place);
  using lock = await lockRun(directory, options.lock);
  const held = { lock, onProgress, signal };
  await mergeChunks(plan, stored.plan, new ChunkStore(storage, stored.plan.run), held);
  const { seed, threads } = setupOf(stored.plan.run, resolved.overrides ?? {});
  const ranked = { ...stored.plan.rank, seed, ...given({ threads }), ...held };
  const ranking = (await findRankingFile(directory))?.document ?? (await rank(directory, ranked));
  if (through === "rank") return { directory, ranking };
  await using opened = await openWorker(stored, storage, resolved);
  const later = await goOn(opened.inputs, directory, stored.plan, { storage, share: NOTHING, through, ...held });
  return { directory, ranking, ...later };
}

async function mergeChunks(
  directory: string,
  plan: ShardPlan,
  chunks: ChunkStore,
  { lock, onProgress, signal }: { readonly lock: RunLock } & WorkOptions,
): Promise<void> {
  const run = await Run.open(lock, plan.run);
  if (!run.complete) requireAll(directory, plan, await chunks.done());
  const total = run.nChunks;
  while (run.nCommitted < total) {
    signal?.throwIfAborted();
    onProgress?.({ step: "merging", done: run.nCommitted, total, unit: "chunks" });
    await addChunk(run, await chunks.chunk(run.nCommitted));
  }
  await run.finish();
}

/** @throws ERR_RUN_INCOMPLETE */
function requireAll(directory: string, plan: ShardPlan, done: ReadonlySet<number>): void {
  const missing = plan.shards.flatMap((shard, i) => (isDoneBy(shard, done) ? [] : [i]));
  if (missing.length === 0) return;
  const which = `${missing.length} of ${plan.shards.length} shards are missing: ${ranges(missing)}`;
  throw new SteeringError("ERR_RUN_INCOMPLETE", `${directory}: ${which}. Run shard work on them`, {
    directory,
    missing,
  });
}

/** As the collection itself would have: of sparse activations the same files, moments and sums with those before. */
async function addChunk(run: Run, { files, read }: StoredChunk): Promise<void> {
  const { saes, keep, model } = run.manifest;
  await run.commit((await read(CHUNK_SAMPLES)).toString("utf8"), async (put) => {
    for (const { name } of files) {
      if (name === CHUNK_SAMPLES) continue;
      const bytes = await read(name);
      const sae = saes.find(({ id }) => saeFile(run.manifest, id) === name);
      if (keep === "sparse") await put(name, bytes);
      else if (sae) await put(name, await momentsBytes(run, sae, momentsFromArrow(bytes, name, sae.dSae)));
      else if (name === RESIDUAL_FILE) {
        const like = saes.map(({ layer }) => emptyResidualSums(layer, model.nEmbd));
        await put(name, await residualBytes(run, residualSumsFromArrow(bytes, name, like)));
      }
    }
  });
}
