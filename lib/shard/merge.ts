import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, path, shapeOf } from "../arguments/kinds";
import type { EvaluatedRun } from "../evaluate/evaluate";
import { given } from "../options/given";
import type { Given } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { setupOf } from "../pipeline/setup";
import { rank } from "../rank/rank";
import { findRankingFile, type Ranking } from "../rank/ranking";
import { work } from "../run/kinds";
import { heldRun, lockRun } from "../run/lock";
import { isComplete } from "../run/run";
import { EVERYTHING, NOTHING } from "./answer-store";
import { ChunkStore } from "./chunk-store";
import { goOn, type Waiting } from "./later-stages";
import { mergeChunks } from "./merge-chunks";
import { openWorker } from "./open-worker";
import { computingOptions, mergeOptions, workerSetup } from "./options";
import { allParts, partsDone, requireAll } from "./parts";
import { readPlan, RUN_FOLDER } from "./plan";
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
  /** Shards that are not in it: none unless `partial` was asked for. */
  readonly missing: readonly number[];
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
 * whoever gave them. It takes the memory of one file of a chunk; who was stopped goes on. With `partial`, shards that are missing
 * are left out: a run of fewer questions in a directory of its own, whose later questions are answered here, as they may be others.
 *
 * @throws ERR_RUN_INCOMPLETE that names the shards that are missing; ERR_FILE_FORMAT for a damaged chunk; ERR_RUN_MISMATCH,
 * ERR_RUN_LOCKED, ERR_FILE_WRITE; as `rank`, `workShards`, and the later stages
 */
export async function mergeShards(plan: string, options: ShardMergeOptions = {}): Promise<MergedShards> {
  checkArguments(mergeArguments, { plan, options });
  refuseUnknown(options, shardMergeOptions);
  if (options.overrides) refuseUnknown(options.overrides, workerSetup);
  const resolved = resolveOptions(shardMergeOptions, options);
  const { storage: place, partial, through, onProgress, signal } = resolved;
  const stored = await readPlan(plan);
  const storage = await openStorage(stored, place);
  const chunks = new ChunkStore(storage, stored.plan.run);
  const parts = partial ? partsDone(stored, await chunks.done()) : allParts(stored.plan);
  const { missing } = parts;
  const { directory = join(plan, folderOf(missing.length, stored.plan.shards.length)) } = resolved;
  using lock = await lockRun(directory, options.lock);
  if (!partial && !isComplete(directory)) requireAll(stored, await chunks.done());
  const held = { lock, onProgress, signal };
  await mergeChunks(parts, chunks, held);
  const { seed, threads } = setupOf(stored.plan.run, resolved.overrides ?? {});
  const ranked = { ...stored.plan.rank, seed, ...given({ threads }), ...held };
  const ranking = (await findRankingFile(directory))?.document ?? (await rank(directory, ranked));
  if (through === "rank") return { directory, ranking, missing };
  await using opened = await openWorker(stored, storage, resolved);
  const share = missing.length > 0 ? EVERYTHING : NOTHING;
  const later = await goOn(opened.inputs, directory, stored.plan, { storage, share, through, ...held });
  return { directory, ranking, missing, ...later };
}

/** More shards make another run. */
function folderOf(nMissing: number, nShards: number): string {
  return nMissing === 0 ? RUN_FOLDER : `partial-${nShards - nMissing}-of-${nShards}`;
}
