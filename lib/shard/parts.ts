import { SteeringError } from "../errors";
import { sha256Of } from "../files/hash";
import type { RunManifest } from "../run/manifest";
import { chunksOf, isDoneBy, questionsOf, type ShardPlan, type StoredPlan } from "./plan";
import { ranges } from "./ranges";

/** What of a plan becomes a run. */
export interface Parts {
  readonly manifest: RunManifest;
  /** In order: chunk `chunks[i]` of the plan is chunk i of the run. */
  readonly chunks: readonly number[];
  /** Shards that are not in it. */
  readonly missing: readonly number[];
}

/** All shards. */
export function allParts({ run, shards }: Pick<ShardPlan, "run" | "shards">): Parts {
  return { manifest: run, chunks: shards.flatMap(chunksOf), missing: [] };
}

/** The shards of which all chunks are there: a run of their questions alone. @throws ERR_RUN_INCOMPLETE where none is */
export function partsDone({ directory, plan }: StoredPlan, done: ReadonlySet<number>): Parts {
  const missing = missingShards(plan, done);
  if (missing.length === 0) return allParts(plan);
  const shards = plan.shards.filter((shard) => isDoneBy(shard, done));
  if (shards.length === 0) throw incomplete(directory, plan, missing);
  const chunks = shards.flatMap(chunksOf);
  const sha256 = sha256Of(shards.map(({ questions }) => questions));
  return { manifest: { ...plan.run, samples: { n: questionsOf(plan, chunks), sha256 } }, chunks, missing };
}

/** @throws ERR_RUN_INCOMPLETE that names the shards of which chunks are missing */
export function requireAll({ directory, plan }: StoredPlan, done: ReadonlySet<number>): void {
  const missing = missingShards(plan, done);
  if (missing.length > 0) throw incomplete(directory, plan, missing);
}

function missingShards({ shards }: ShardPlan, done: ReadonlySet<number>): number[] {
  return [...shards.keys()].filter((shard) => !isDoneBy(shards[shard]!, done));
}

function incomplete(directory: string, { shards }: ShardPlan, missing: readonly number[]): SteeringError {
  const isNone = missing.length === shards.length;
  const which = `${missing.length} of ${shards.length} shards are missing: ${ranges(missing)}`;
  const instead = isNone ? "" : ', or merge the others with "partial"';
  return new SteeringError("ERR_RUN_INCOMPLETE", `${directory}: ${which}. Run shard work on them${instead}`, {
    directory,
    missing,
  });
}
