/** How questions are parted: into chunks, which a collection encodes and keeps together, and shards of some chunks each. */
export interface Parting {
  readonly chunkSamples: number;
  readonly shards: readonly ChunkRange[];
}

/** Chunks one after the other. */
export interface ChunkRange {
  readonly firstChunk: number;
  readonly nChunks: number;
}

/**
 * Whole chunks make a shard, so that what a chunk is computed with does not depend on who does the shard.
 *
 * @param most shards: there are fewer where that many would not be of one size
 * @param chunkSamples asked for; else chunks are made as long as shards allow, up to `usual`
 */
export function partQuestions(
  nQuestions: number,
  most: number,
  { chunkSamples, usual }: { readonly chunkSamples: number | undefined; readonly usual: number },
): Parting {
  const wanted = Math.ceil(nQuestions / most);
  const length = chunkSamples ?? Math.ceil(wanted / Math.ceil(wanted / usual));
  const nChunks = Math.ceil(nQuestions / length);
  const each = Math.ceil(nChunks / most);
  const shards = Array.from({ length: Math.ceil(nChunks / each) }, (_, shard) => {
    const firstChunk = shard * each;
    return { firstChunk, nChunks: Math.min(each, nChunks - firstChunk) };
  });
  return { chunkSamples: length, shards };
}

/** Fewer questions cost more to prepare for than to answer; more are not answered faster. */
const FEWEST_TOGETHER = 8;
const MOST_TOGETHER = 256;

/** How many questions make a block, so that each of `most` workers has one. */
export function blockOf(nQuestions: number, most: number): number {
  return Math.max(FEWEST_TOGETHER, Math.min(Math.ceil(nQuestions / most), MOST_TOGETHER));
}
