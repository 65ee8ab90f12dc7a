import { roomFor } from "../ask/room";
import { saeDevice } from "../model/layer-device";
import type { Model } from "../model/model";
import type { RunManifest } from "../run/manifest";
import { layerUsed } from "../sae/convention";
import type { SaeFolder } from "../sae/folder";
import { assertSaesFit } from "../sae/set";
import type { Task } from "../tasks/task";
import { collectManifest } from "./manifest";
import { chunkOf, type resolveCollectOptions, type ResolvedCollectOptions } from "./options";
import { SaeCache } from "./sae-cache";

/** A collection that can begin: model, SAEs and questions fit, and what it is of is known in full. */
export interface Prepared extends AsyncDisposable {
  readonly model: Model;
  readonly saes: readonly SaeFolder[];
  readonly cache: SaeCache;
  readonly task: Task;
  readonly manifest: RunManifest;
  readonly options: ResolvedCollectOptions;
}

/**
 * @param begun the run that is to go on, which has its own length of chunks
 * @throws ERR_SHAPE_MISMATCH, ERR_OUT_OF_RANGE when an SAE is not for this model; ERR_FILE_FORMAT
 */
export async function prepareCollection(
  model: Model,
  saes: readonly SaeFolder[],
  task: Task,
  given: ReturnType<typeof resolveCollectOptions>,
  begun?: Pick<RunManifest, "chunkSamples">,
): Promise<Prepared> {
  const { convention, positions, signal } = given;
  assertSaesFit(saes, model.info);
  const layerOf = ({ config }: SaeFolder) => layerUsed(config.hook, convention);
  const nLayers = new Set(saes.map(layerOf)).size;
  const byDefault = begun?.chunkSamples ?? chunkOf(task, positions, nLayers * model.info.nEmbd * 4);
  const resolved = { ...given, chunkSamples: given.chunkSamples ?? byDefault };
  await task.scorers[0].prepare?.({ signal });
  const manifest = await collectManifest(model, saes, task, resolved);
  const options = { ...resolved, engine: await roomFor(model, task, 1, resolved.engine) };
  const deviceOf = (sae: SaeFolder) => saeDevice(options.sae.device, model.info, layerOf(sae));
  const cache = SaeCache.on(deviceOf, saes, { ...options.sae, signal }, options.saeMemoryBytes);
  return { model, saes, cache, task, manifest, options, [Symbol.asyncDispose]: () => cache[Symbol.asyncDispose]() };
}
