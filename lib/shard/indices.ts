import { z } from "zod";
import { invalidArgument } from "../errors";
import { integer } from "../options/kinds";
import { type Given, option } from "../options/option";

const SOME = '"all", or at least one number of a shard';

/** Which shards a worker does. */
export const indexOptions = z.object({
  index: option("do this shard; with a number of workers, be this one of them, from 0", integer(0).exactOptional(), {
    otherwise: "SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX, where a cluster sets it",
  }),
  workers: option("how many workers do all shards, each every so many-th", integer(1).exactOptional()),
  indices: option(
    "do these shards, such as 0,3,5-9, or all",
    z.union([z.literal("all"), z.array(integer(0)).min(1, SOME)], SOME).exactOptional(),
    { value: "list", reads: "layers", otherwise: "all" },
  ),
});

/**
 * Numbers of the shards, in the order in which to do them.
 *
 * @param start of all shards, which to begin with: workers that share them by no number begin in different places
 * @throws ERR_INVALID_ARGUMENT for a shard that there is none of, and for two ways of saying it
 */
export function shardsToDo(
  { index, workers, indices, redis }: Given<typeof indexOptions> & { readonly redis?: string },
  nShards: number,
  start: number,
): number[] {
  const isTold = index !== undefined || indices !== undefined;
  if (redis !== undefined && isTold) throw invalidArgument("redis", "a queue or numbers of shards, not both", "both");
  if (index !== undefined && indices !== undefined)
    throw invalidArgument("indices", "index or indices, not both", indices);
  if (workers !== undefined && index === undefined) throw invalidArgument("workers", "index beside it", workers);
  const all = Array.from({ length: nShards }, (_, shard) => shard);
  if (index !== undefined) {
    const end = workers ?? nShards;
    if (index >= end)
      throw invalidArgument("index", `below ${end}, the number of ${workers ? "workers" : "shards"}`, index);
    return workers === undefined ? [index] : all.filter((shard) => shard % workers === index);
  }
  if (indices === undefined || indices === "all") return all.map((shard) => (shard + start) % nShards);
  const stray = indices.find((shard) => shard >= nShards);
  if (stray !== undefined) throw invalidArgument("indices", `below ${nShards}, the number of shards`, stray);
  return [...new Set(indices)];
}

/** The worker's number as a cluster's scheduler says it. */
export function indexOfEnvironment(env: NodeJS.ProcessEnv): number | undefined {
  const text = env["SLURM_ARRAY_TASK_ID"] ?? env["JOB_COMPLETION_INDEX"];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
