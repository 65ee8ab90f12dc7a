import { randomInt } from "node:crypto";
import { tmpdir } from "node:os";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, path, shapeOf } from "../arguments/kinds";
import { collectChunk } from "../collect/collect-chunk";
import { resolveCollectOptions } from "../collect/options";
import { prepareCollection, type Prepared } from "../collect/prepare";
import { errorCode, SteeringError } from "../errors";
import { downloadOption } from "../hub/fetch-files";
import { text, yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { openInputs } from "../pipeline/inputs";
import { setupOptions, type SetupOptions } from "../pipeline/setup-options";
import { setupOf } from "../pipeline/setup";
import { collectionOf } from "../pipeline/stages";
import { workOptions, type OnProgress } from "../progress";
import { differencesOf, listOf } from "../run/mismatch";
import { work } from "../run/kinds";
import { ChunkStore } from "./chunk-store";
import { indexOptions, shardsToDo } from "./indices";
import { chunksOf, questionsOf, readPlan, type StoredPlan } from "./plan";
import { doneRecords, failedRecords } from "./records";
import { openStorage } from "./storage/open";
import type { Storage } from "./storage/storage";
import { requireSameKind } from "./worker-kind";

/** Where a worker has model, SAEs and data, and how it computes. */
export const workerSetup = setupOptions.pick({
  model: true,
  sae: true,
  data: true,
  device: true,
  gpuLayers: true,
  threads: true,
});

export const storageOption = z.object({
  storage: option("where the results lie", text("the path of a folder").exactOptional(), {
    value: "folder",
    otherwise: "beside the plan",
  }),
});

export const workerOptions = z.object({
  ...indexOptions.shape,
  ...storageOption.shape,
  mixed: option("work beside workers of other processors, devices or threads, which may round otherwise", yesOrNo().default(false)), // prettier-ignore
});

export const shardWorkOptions = z.object({
  ...workerOptions.shape,
  overrides: option(
    "in place of what the plan says",
    z.custom<Partial<Pick<SetupOptions, keyof (typeof workerSetup)["shape"]>>>().exactOptional(),
  ),
  ...downloadOption.shape,
  ...workOptions.shape,
});

/**
 * Which shards to do, and where their results go.
 * @interface
 */
export type ShardWorkOptions = Given<typeof shardWorkOptions>;

/** What a worker did. */
export interface ShardWork {
  /** Shards that it did, and those that were done already. */
  readonly done: readonly number[];
  readonly before: readonly number[];
}

const workArguments = z.object({
  plan: path(),
  options: shapeOf(
    { onProgress: work.onProgress, signal: work.signal, overrides: anyOptions().optional() },
    "options by name",
  ),
});

/**
 * Does shards of a plan, with model and SAEs loaded once. A chunk is published whole or not at all, and who does a shard that
 * another did, or left in the middle, does what is missing of it. A shard that fails is told of, and the others are done.
 *
 * @throws ERR_RUN_MISMATCH when this worker's model, SAEs, questions or program are not the plan's, or its storage is another
 * plan's; ERR_RUN_INCOMPLETE when shards failed; ERR_INVALID_ARGUMENT; as `openInputs`
 */
export async function workShards(plan: string, options: ShardWorkOptions = {}): Promise<ShardWork> {
  checkArguments(workArguments, { plan, options });
  refuseUnknown(options, shardWorkOptions);
  if (options.overrides) refuseUnknown(options.overrides, workerSetup);
  const {
    storage: place,
    mixed,
    overrides = {},
    onProgress,
    signal,
    ...rest
  } = resolveOptions(shardWorkOptions, options);
  const stored = await readPlan(plan);
  const { run, settings, shards } = stored.plan;
  const wanted = shardsToDo(rest, shards.length, randomInt(shards.length));
  const storage = await openStorage(stored, place);
  const chunks = new ChunkStore(storage, run);
  const done = await chunks.done();
  const isDone = (shard: number) => chunksOf(shards[shard]!).every((chunk) => done.has(chunk));
  const [before, todo] = [wanted.filter(isDone), wanted.filter((shard) => !isDone(shard))];
  if (todo.length === 0) return { done: [], before };
  const setup = setupOf(run, overrides);
  await using inputs = await openInputs(setup, { onDownload: options.onDownload, onProgress, signal });
  const { saes, options: collection } = collectionOf(inputs, { ...settings, signal });
  const asked = resolveCollectOptions({ ...collection, directory: tmpdir() }, inputs.task);
  await using prepared = await prepareCollection(inputs.model, saes, inputs.task, asked);
  requirePlanned(stored, prepared);
  if (!mixed) await requireSameKind(storage, inputs.model.info.device, prepared.options.engine);
  await prepared.cache.check(saes);
  const worker = new Worker(stored, storage, chunks, prepared, onProgress);
  const failed = await worker.work(todo);
  if (failed.length === 0) return { done: todo, before };
  const [first] = failed;
  throw new SteeringError(
    "ERR_RUN_INCOMPLETE",
    `${failed.length} of ${todo.length} shards failed, the first of them shard ${first!.shard}: ${messageOf(first!.error)}`,
    { shards: failed.map(({ shard }) => shard) },
    { cause: first!.error },
  );
}

/** @throws ERR_RUN_MISMATCH */
function requirePlanned({ directory, plan }: StoredPlan, { manifest }: Prepared): void {
  const differences = differencesOf(plan.run, manifest);
  if (differences.length === 0) return;
  const message = `this worker would do another run than the one that ${directory} plans (${listOf(differences)}): give it the plan's model, SAEs, questions and program`;
  throw new SteeringError("ERR_RUN_MISMATCH", message, { plan: directory, fields: differences });
}

interface Failure {
  readonly shard: number;
  readonly error: unknown;
}

class Worker {
  constructor(
    private readonly stored: StoredPlan,
    private readonly storage: Storage,
    private readonly chunks: ChunkStore,
    private readonly prepared: Prepared,
    private readonly onProgress: OnProgress | undefined,
  ) {}

  async work(shards: readonly number[]): Promise<Failure[]> {
    const { signal } = this.prepared.options;
    const failed: Failure[] = [];
    for (const [i, shard] of shards.entries()) {
      try {
        await this.workOn(shard, `shard ${shard}, ${i + 1} of ${shards.length}`);
      } catch (error) {
        signal?.throwIfAborted();
        failed.push({ shard, error });
        await failedRecords.write(this.storage, shard, { code: errorCode(error) ?? "", message: messageOf(error) });
      }
    }
    return failed;
  }

  private async workOn(shard: number, name: string): Promise<void> {
    const begun = performance.now();
    const { plan } = this.stored;
    const all = chunksOf(plan.shards[shard]!);
    const total = questionsOf(plan, all);
    const mine: number[] = [];
    for (const chunk of all) {
      if ((await this.chunks.done()).has(chunk)) continue; // another's, since this one began
      const first = all[0]! * plan.run.chunkSamples;
      const report = (done: number, step?: string) =>
        this.onProgress?.({
          step: step === undefined ? name : `${name}, ${step}`,
          done: done - first,
          total,
          unit: "questions",
        });
      await collectChunk(this.prepared, chunk, { target: this.chunks.target(chunk), report });
      mine.push(chunk);
    }
    const seconds = Math.round(performance.now() - begun) / 1000;
    await doneRecords.write(this.storage, shard, { seconds, questions: questionsOf(plan, mine) });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
