import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { path, shapeOf } from "../arguments/kinds";
import { momentsBytes } from "../collect/layer-bytes";
import { residualBytes } from "../collect/residual-bytes";
import { SteeringError } from "../errors";
import { text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { rankOptions } from "../rank/options";
import { rank } from "../rank/rank";
import type { Ranking } from "../rank/ranking";
import { work } from "../run/kinds";
import { heldRun, lockRun } from "../run/lock";
import { momentsFromArrow } from "../run/moments-arrow";
import { emptyResidualSums, residualSumsFromArrow } from "../run/residual-sums";
import { CHUNK_SAMPLES, RESIDUAL_FILE, Run, saeFile } from "../run/run";
import { workOptions } from "../progress";
import { ChunkStore, type StoredChunk } from "./chunk-store";
import { ranges } from "./ranges";
import { chunksOf, readPlan, type ShardPlan } from "./plan";
import { openStorage } from "./storage/open";
import { storageOption } from "./work";

export const mergeOptions = z.object({
  ...storageOption.shape,
  directory: option("the run directory that the shards become", text("the path of a folder").exactOptional(), {
    flag: "out",
    value: "folder",
    otherwise: "run, beside the plan",
  }),
  threads: rankOptions.shape.threads,
});

export const shardMergeOptions = z.object({ ...mergeOptions.shape, ...heldRun.shape, ...workOptions.shape });

/**
 * What to merge, and where it goes.
 * @interface
 */
export type ShardMergeOptions = Given<typeof shardMergeOptions>;

export interface MergedShards {
  readonly directory: string;
  readonly ranking: Ranking;
}

const mergeArguments = z.object({ plan: path(), options: shapeOf(work, "options by name") });

/**
 * Makes the run of all shards, ranked: byte by byte the directory that `collect` and `rank` make on one machine like the
 * workers', with the plan's length of chunks. It takes the memory of one file of a chunk; who was stopped goes on.
 *
 * @throws ERR_RUN_INCOMPLETE that names the shards that are missing; ERR_FILE_FORMAT for a damaged chunk; ERR_RUN_MISMATCH,
 * ERR_RUN_LOCKED, ERR_FILE_WRITE; as `rank`
 */
export async function mergeShards(plan: string, options: ShardMergeOptions = {}): Promise<MergedShards> {
  checkArguments(mergeArguments, { plan, options });
  refuseUnknown(options, shardMergeOptions);
  const {
    storage: place,
    directory = join(plan, "run"),
    threads,
    onProgress,
    signal,
  } = resolveOptions(shardMergeOptions, options);
  const stored = await readPlan(plan);
  const manifest = stored.plan.run;
  const chunks = new ChunkStore(await openStorage(stored, place), manifest);
  using lock = await lockRun(directory, options.lock);
  const run = await Run.open(lock, manifest);
  if (!run.complete) requireAll(plan, stored.plan, await chunks.done());
  const total = run.nChunks;
  while (run.nCommitted < total) {
    signal?.throwIfAborted();
    onProgress?.({ step: "merging", done: run.nCommitted, total, unit: "chunks" });
    await addChunk(run, await chunks.chunk(run.nCommitted));
  }
  await run.finish();
  const { seed } = manifest.environment as { readonly seed?: number };
  const ranked = {
    ...stored.plan.rank,
    ...(seed !== undefined && { seed }),
    ...(threads !== undefined && { threads }),
  };
  return { directory, ranking: await rank(directory, { ...ranked, lock, onProgress, signal }) };
}

/** @throws ERR_RUN_INCOMPLETE */
function requireAll(directory: string, plan: ShardPlan, done: ReadonlySet<number>): void {
  const missing = plan.shards.flatMap((shard, i) => (chunksOf(shard).every((chunk) => done.has(chunk)) ? [] : [i]));
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
