import { Moments } from "../statistics/moments";
import { momentsFromArrow, momentsToArrow } from "../run/moments-arrow";
import { chunkToArrow, type Chunk } from "../run/chunk";
import type { SaeIdentity } from "../sae/identity";
import type { ChunkTarget } from "../run/chunk-target";
import { saeFile } from "../run/run";

/**
 * What the next chunk keeps of one SAE: the sparse activations, or the moments of it and those before it.
 * @throws ERR_NON_FINITE when an activation is not finite
 */
export async function layerBytes(
  target: ChunkTarget,
  { id, dSae }: SaeIdentity,
  chunk: Chunk,
  scores: ArrayLike<number>,
): Promise<Uint8Array> {
  const moments = Moments.of(dSae, chunk, scores); // also when only the sparse rows are kept: it checks them
  if (target.manifest.keep === "sparse") return chunkToArrow(chunk);
  return momentsBytes(target, { id, dSae }, moments);
}

/** The moments of the next chunk, with those of the chunks before it. */
export async function momentsBytes(
  target: ChunkTarget,
  { id, dSae }: Pick<SaeIdentity, "id" | "dSae">,
  moments: Moments,
): Promise<Uint8Array> {
  const last = await target.lastFile(saeFile(target.manifest, id));
  return momentsToArrow((last ? momentsFromArrow(last.bytes, last.path, dSae) : Moments.empty(dSae)).merge(moments));
}
