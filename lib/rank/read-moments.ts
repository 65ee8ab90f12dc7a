import { join } from "node:path";
import { invalidArgument, SteeringError } from "../errors";
import { chunkFromArrow } from "../store/chunk";
import { checkSameRun, type RunManifest, type SaeIdentity } from "../store/manifest";
import { readBytes } from "../store/read-file";
import { layerFiles, readManifest } from "../store/run";
import { readSamples } from "../store/samples";
import { Moments } from "./moments";
import { momentsFromArrow } from "./moments-arrow";

/** A finished run with the scores of its samples, in order. */
export interface Shard {
  readonly directory: string;
  readonly manifest: RunManifest;
  readonly scores: Float64Array;
}

/**
 * Several directories are shards: runs of one manifest over different questions.
 * @throws ERR_RUN_INCOMPLETE, ERR_RUN_MISMATCH when shards disagree, ERR_FILE_FORMAT
 */
export async function readShards(directories: readonly string[]): Promise<Shard[]> {
  if (directories.length === 0) throw invalidArgument("runDirectories", "at least one run directory", directories);
  const shards = [];
  for (const directory of directories) shards.push({ directory, ...(await readShard(directory)) });
  const first = shards[0]!.manifest;
  for (const { directory, manifest } of shards) {
    checkSameRun(directory, { ...manifest, samples: first.samples, chunkSamples: first.chunkSamples }, first);
  }
  return shards;
}

async function readShard(directory: string): Promise<Omit<Shard, "directory">> {
  const manifest = await readManifest(directory);
  const scores: number[] = [];
  for await (const { score } of readSamples(join(directory, "samples.jsonl"))) scores.push(score);
  return { manifest, scores: Float64Array.from(scores) };
}

/**
 * One layer's moments over all shards. They merge in the order of the chunks, as `keep: "moments"` does while
 * collecting: both give the same bits. @throws ERR_FILE_FORMAT
 */
export async function readMoments(shards: readonly Shard[], { layer, dSae }: SaeIdentity): Promise<Moments> {
  const total = Moments.empty(dSae);
  for (const { directory, manifest, scores } of shards) {
    const shard = shards.length === 1 ? total : Moments.empty(dSae);
    for (const path of await layerFiles(directory, manifest, layer)) {
      const bytes = await readBytes(path);
      shard.merge(
        manifest.keep === "moments" ? momentsFromArrow(bytes, path) : chunkMoments(bytes, path, dSae, scores),
      );
    }
    if (shard.state.n !== scores.length) {
      throw new SteeringError(
        "ERR_FILE_FORMAT",
        `${directory}: layer ${layer} has activations of ${shard.state.n} samples, samples.jsonl has ${scores.length}`,
        { directory, layer, expected: scores.length, actual: shard.state.n },
      );
    }
    if (shard !== total) total.merge(shard);
  }
  return total;
}

function chunkMoments(bytes: Uint8Array, path: string, dSae: number, scores: Float64Array): Moments {
  const chunk = chunkFromArrow(bytes, path);
  return Moments.of(dSae, chunk, scores.subarray(chunk.firstSample, chunk.firstSample + chunk.offsets.length - 1));
}
