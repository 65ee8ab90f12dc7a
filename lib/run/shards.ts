import { join } from "node:path";
import { invalidArgument, SteeringError } from "../errors";
import { chunkFromArrow, type Chunk } from "./chunk";
import { checkSame, type RunManifest } from "./manifest";
import type { SaeIdentity } from "../sae/identity";
import { readChecked } from "../files/checksums";
import { readManifest, saeFiles } from "./run";
import { readSamples, requireCount } from "./samples";
import { Moments } from "../statistics/moments";
import { momentsFromArrow } from "./moments-arrow";

/** A finished run with the scores of its samples, in order. */
export interface Shard {
  readonly directory: string;
  readonly manifest: RunManifest;
  readonly scores: Float64Array;
  /** Of each sample; undefined for one that is by itself. */
  readonly clusters: readonly (string | undefined)[];
}

/** What shards keep of an SAE. */
interface Layer {
  readonly moments: Moments;
  /** The activations themselves, `firstSample` counted over all shards; none where only moments were kept. */
  readonly chunks: readonly Chunk[];
}

/**
 * Several directories are shards: runs of one manifest over different questions.
 * @throws ERR_RUN_INCOMPLETE, ERR_RUN_MISMATCH when shards disagree or two of them have a question in common,
 * ERR_FILE_FORMAT
 */
export async function readShards(directories: readonly string[]): Promise<Shard[]> {
  if (directories.length === 0) throw invalidArgument("runDirectories", "at least one run directory", directories);
  const shards = [];
  const holders = directories.length > 1 ? new Map<string, string>() : undefined; // of millions it would be gigabytes
  for (const directory of directories) shards.push({ directory, ...(await readShard(directory, holders)) });
  const first = shards[0]!.manifest;
  for (const { directory, manifest } of shards) {
    checkSame(directory, { ...manifest, samples: first.samples, chunkSamples: first.chunkSamples }, first);
  }
  return shards;
}

/** @param holders of the questions of other shards, the directory: a question counted twice makes chance look small */
async function readShard(
  directory: string,
  holders: Map<string, string> | undefined,
): Promise<Omit<Shard, "directory">> {
  const manifest = await readManifest(directory);
  const scores: number[] = [];
  const questions: string[] = [];
  const clusters: (string | undefined)[] = [];
  for await (const { id, prompt, score, cluster } of readSamples(join(directory, "samples.jsonl"))) {
    if (holders) {
      const question = `${id}\n${prompt}`;
      const holder = holders.get(question);
      if (holder !== undefined) throw questionTwice(id, holder, directory);
      questions.push(question);
    }
    scores.push(score);
    clusters.push(cluster);
  }
  for (const question of questions) holders?.set(question, directory);
  requireCount(join(directory, "samples.jsonl"), manifest.samples.n, scores.length);
  return { manifest, scores: Float64Array.from(scores), clusters };
}

function questionTwice(sample: string, first: string, second: string): SteeringError {
  return new SteeringError(
    "ERR_RUN_MISMATCH",
    `shards must be over different questions: sample ${sample} is in ${first} and in ${second}`,
    { sample, directories: [first, second] },
  );
}

/** One SAE's moments over all shards. @throws ERR_FILE_FORMAT */
export async function readMoments(shards: readonly Shard[], sae: SaeIdentity): Promise<Moments> {
  return (await readLayer(shards, sae)).moments;
}

/**
 * What is kept of one SAE: O(its values). Moments merge in the order of the chunks, as `keep: "moments"` does
 * while collecting: both give the same bits.
 *
 * @throws ERR_FILE_FORMAT
 */
export async function readLayer(shards: readonly Shard[], sae: SaeIdentity, correctAbove = 0): Promise<Layer> {
  const { id, layer, dSae } = sae;
  const total = Moments.empty(dSae);
  const chunks: Chunk[] = [];
  let nBefore = 0;
  for (const shard of shards) {
    const { directory, manifest, scores } = shard;
    const moments = shards.length === 1 ? total : Moments.empty(dSae);
    if (manifest.keep === "moments") {
      for (const path of await saeFiles(directory, manifest, id)) {
        moments.merge(momentsFromArrow(await readChecked(path), path, dSae));
      }
    } else {
      for await (const chunk of chunksOf(shard, sae)) {
        const { firstSample, offsets } = chunk;
        const own = scores.subarray(firstSample, firstSample + offsets.length - 1);
        moments.merge(Moments.of(dSae, chunk, own, correctAbove));
        chunks.push({ ...chunk, firstSample: nBefore + firstSample });
      }
    }
    if (moments.state.n !== scores.length) {
      throw new SteeringError(
        "ERR_FILE_FORMAT",
        `${directory}: layer ${layer} has activations of ${moments.state.n} samples, samples.jsonl has ${scores.length}`,
        { directory, layer, expected: scores.length, actual: moments.state.n },
      );
    }
    if (moments !== total) total.merge(moments);
    nBefore += scores.length;
  }
  return { moments: total, chunks };
}

/** The activations of one SAE again, of a layer that was read before. @throws ERR_FILE_FORMAT */
export async function readChunks(shards: readonly Shard[], sae: SaeIdentity): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  let nBefore = 0;
  for (const shard of shards) {
    for await (const chunk of chunksOf(shard, sae)) {
      chunks.push({ ...chunk, firstSample: nBefore + chunk.firstSample });
    }
    nBefore += shard.scores.length;
  }
  return chunks;
}

/** In order, `firstSample` counted in the shard. */
async function* chunksOf({ directory, manifest, scores }: Shard, { id, dSae }: SaeIdentity): AsyncGenerator<Chunk> {
  let next = 0;
  for (const path of await saeFiles(directory, manifest, id)) {
    const chunk = chunkFromArrow(await readChecked(path), path, { dSae, nSamples: scores.length });
    const { firstSample, offsets } = chunk;
    if (firstSample !== next) throw otherChunk(path, next, firstSample);
    next += offsets.length - 1;
    yield chunk;
  }
}

function otherChunk(path: string, expected: number, actual: number): SteeringError {
  const message = `${path}: expected the samples from ${expected} on, found those from ${actual} on`;
  return new SteeringError("ERR_FILE_FORMAT", message, { path, expected, actual });
}
