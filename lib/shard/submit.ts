import { availableParallelism } from "node:os";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { machineMemory } from "../memory/machine";
import { invalidArgument } from "../errors";
import { readJson, writeJson } from "../files/json";
import { abortSignal, integer, oneOf, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { setupOf } from "../pipeline/setup";
import { ChunkStore } from "./chunk-store";
import type { WorkerStates } from "./executors/executor";
import { kubernetesJob } from "./executors/kubernetes";
import { LocalExecutor } from "./executors/local";
import { localWorkers, type LocalWorkers } from "./executors/room";
import { SlurmExecutor } from "./executors/slurm";
import { isRanked } from "./later-stages";
import { placeOptions, queueOption } from "./options";
import { isDoneBy, readPlan, RUN_FOLDER, type StoredPlan } from "./plan";
import { ShardQueue } from "./queue/shard-queue";
import { openStorage } from "./storage/open";

const ENGINES = ["local", "slurm", "kubernetes", "bullmq"] as const;

export const submitOptions = z.object({
  on: option("what runs the workers", oneOf(ENGINES).default("local"), {
    more: '"local": processes of this machine, until they end. "slurm": an array. "kubernetes": the job is written, not submitted. "bullmq": shards are jobs in Redis, for workers that are started with redis.',
  }),
  workers: option("how many", integer(1).exactOptional(), {
    otherwise: "as many as fit on this machine; one for each shard on a cluster",
  }),
  ...placeOptions.shape,
  ...queueOption.shape,
  sbatch: option('slurm: options of sbatch, such as "--partition=long --time=4:00:00"', text("a string").default("")),
  image: option("kubernetes: the container image of a worker", text("the name of an image").exactOptional()),
  claim: option("kubernetes: the volume claim that the plan lies in", text("the name of a claim").exactOptional()),
  planPath: option("kubernetes: where in that volume", text("a path").default("plan")),
  cpu: option("kubernetes: processors of a worker", text("a quantity such as 4").default("4")),
  memory: option("kubernetes: memory of a worker", text("a quantity such as 8Gi").exactOptional(), {
    otherwise: "what a worker takes, and half as much again",
  }),
});

export const shardSubmitOptions = z.object({
  ...submitOptions.shape,
  program: option("the command line of corrsteer", z.array(z.string()).min(1, "at least one word")),
  onWorkers: z.custom<(workers: LocalWorkers) => void>().exactOptional(),
  signal: abortSignal().optional(),
});

/**
 * What runs the workers of a plan.
 * @interface
 */
export type ShardSubmitOptions = Given<typeof shardSubmitOptions>;

/** What was started. */
export interface Submitted {
  readonly on: (typeof ENGINES)[number];
  /** None where they come and go as they like. */
  readonly workers: number;
  /** Ids of SLURM's jobs, or of those of a queue. */
  readonly jobs: readonly string[];
  /** The Kubernetes job, as YAML. */
  readonly job?: string;
}

const JOBS_FILE = "jobs.json";
const jobs = z.object({ format: z.literal(1), on: z.literal("slurm"), jobs: z.array(z.string()) });

/**
 * Starts workers that do what is missing of a plan: on this machine until they end, or on a cluster.
 *
 * @throws ERR_RUN_INCOMPLETE when a worker failed, or the cluster refuses; ERR_MISSING_PACKAGE where its programs,
 * or BullMQ, are not; ERR_INVALID_ARGUMENT
 */
export async function submitShards(directory: string, options: ShardSubmitOptions): Promise<Submitted> {
  refuseUnknown(options, shardSubmitOptions);
  const resolved = resolveOptions(shardSubmitOptions, options);
  const { on, program, storage, mixed, signal } = resolved;
  const plan = await readPlan(directory);
  const { shards, workerBytes, run } = plan.plan;
  const args = [...(storage === undefined ? [] : ["--storage", storage]), ...(mixed ? ["--mixed"] : [])];
  if (on === "local") {
    const room = { cores: availableParallelism(), freeBytes: machineMemory().freeBytes };
    const { threads } = setupOf(run, {});
    const local = localWorkers(room, shards.length, { workers: resolved.workers, threads, workerBytes });
    resolved.onWorkers?.(local);
    const executor = new LocalExecutor(program);
    const { workers } = local;
    await executor.submit({ plan, workers, args: [...args, "--threads", String(local.threads)] });
    await executor.ended(directory, signal);
    return { on, workers, jobs: [] };
  }
  if (on === "bullmq") {
    if (resolved.redis === undefined) throw invalidArgument("redis", "the URL of the server", resolved.redis);
    return { on, workers: 0, jobs: await queueShards(plan, resolved.redis, storage) };
  }
  const { workers = shards.length } = resolved;
  if (on === "slurm") {
    const executor = new SlurmExecutor(program, resolved.sbatch.split(/\s+/).filter(Boolean));
    const started = await executor.submit({ plan, workers, args });
    const before = (await readJobs(directory)).filter((job) => !started.includes(job));
    await writeJson(join(directory, JOBS_FILE), { format: 1, on, jobs: [...before, ...started] });
    return { on, workers, jobs: started };
  }
  const { image, claim, planPath, cpu, memory = gibibytes(workerBytes) } = resolved;
  if (image === undefined) throw invalidArgument("image", "the name of an image", image);
  if (claim === undefined) throw invalidArgument("claim", "the name of a claim", claim);
  const job = kubernetesJob({ name: "corrsteer", image, claim, plan: planPath, workers, args, cpu, memory });
  return { on, workers, jobs: [], job };
}

/** Puts what is missing into the queue: shards, or once these were merged, all of them for their share of answers. */
async function queueShards(stored: StoredPlan, redis: string, place: string | undefined): Promise<string[]> {
  const { run, shards } = stored.plan;
  const done = await new ChunkStore(await openStorage(stored, place), run).done();
  const all = [...shards.keys()];
  const missing = all.filter((shard) => !isDoneBy(shards[shard]!, done));
  const isLater = missing.length === 0 && isRanked(join(stored.directory, RUN_FOLDER));
  await using queue = await ShardQueue.open(stored, redis);
  return await queue.add(isLater ? all : missing);
}

/**
 * Where what was submitted is: in a queue, or else on a cluster.
 * @interface
 */
export type SubmittedOptions = Given<typeof queueOption>;

/** Workers that a cluster has of a plan, or jobs that a queue has; undefined where none were submitted. @throws as `submitShards` */
export async function submittedWorkers(
  directory: string,
  { redis }: SubmittedOptions = {},
): Promise<WorkerStates | undefined> {
  if (redis !== undefined) {
    await using queue = await ShardQueue.open(await readPlan(directory), redis);
    return await queue.states();
  }
  const started = await readJobs(directory);
  return started.length === 0 ? undefined : await new SlurmExecutor([]).status(started);
}

/** Ends the workers that a cluster has, or removes the jobs of a queue. @returns the jobs @throws as `submitShards` */
export async function cancelShards(directory: string, { redis }: SubmittedOptions = {}): Promise<string[]> {
  const plan = await readPlan(directory);
  if (redis !== undefined) {
    await using queue = await ShardQueue.open(plan, redis);
    await queue.clear();
    return [queue.name];
  }
  const started = await readJobs(directory);
  await new SlurmExecutor([]).cancel(started);
  return started;
}

async function readJobs(directory: string): Promise<string[]> {
  const path = join(directory, JOBS_FILE);
  return existsSync(path) ? (await readJson(path, jobs)).jobs : [];
}

/** As Kubernetes has it. */
function gibibytes(workerBytes: number | null): string {
  return workerBytes === null ? "8Gi" : `${Math.ceil((1.5 * workerBytes) / 2 ** 30)}Gi`;
}
