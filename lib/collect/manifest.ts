import { createHash } from "node:crypto";
import type { Sample } from "../data/sample";
import { modelIdentity } from "../model/identity";
import type { Model } from "../model/model";
import { defaultProducts, productsUsed } from "../model/products";
import { loadAddon } from "../native/load";
import type { SaeFolder } from "../sae/folder";
import { saeIdentities } from "../sae/identity";
import type { RunManifest } from "../run/manifest";
import { type Task } from "../tasks/task";
import { taskIdentity } from "../tasks/identity";
import { VERSION } from "../version";
import type { ResolvedCollectOptions } from "./options";

/** What a collection is of, in full: two with equal manifests are one. */
export async function collectManifest(
  model: Model,
  saes: readonly SaeFolder[],
  task: Task,
  options: ResolvedCollectOptions,
): Promise<RunManifest> {
  const { keep, positions, pooling, steerPooling, convention, chunkSamples, environment, samples } = options;
  const work = { onProgress: options.onProgress, signal: options.signal };
  return {
    format: 2,
    versions: { corrsteer: VERSION, llamaCpp: loadAddon().loadedRelease },
    model: await modelIdentity(model, work),
    saes: await saeIdentities(saes, saes, work),
    saeWeightType: options.sae.weightType,
    convention,
    task: taskIdentity(task),
    samples: { n: samples.length, sha256: samplesHash(samples) },
    keep,
    positions,
    products: productsUsed(options.engine.products ?? defaultProducts(model.info)),
    pooling,
    steerPooling,
    chunkSamples,
    environment,
  };
}

/** Of what the model is asked, and what is right. */
export function samplesHash(samples: readonly Sample[]): string {
  const hash = createHash("sha256");
  for (const { id, prompt, expected, choices } of samples)
    hash.update(`${JSON.stringify([id, prompt, expected, choices])}\n`);
  return hash.digest("hex");
}
