import { existsSync } from "node:fs";
import { errorCode } from "../errors";
import { fetchModel } from "../hub/fetch-model";
import { isReference } from "../hub/reference";
import { loadUnknown } from "../model/load-unknown";
import { type Lens, logitLens } from "../model/logit-lens";
import type { Model } from "../model/model";
import type { WorkOptions } from "../progress";
import { readSetup } from "../pipeline/setup";
import { saesOfSetup } from "../pipeline/setup-saes";
import type { Setup } from "../pipeline/setup-options";
import { decoderDirections } from "../steering/directions";
import { defaultThreads } from "../native/threads";
import type { SaeFolder } from "../sae/folder";
import type { FeatureKey } from "../sae/name";

const N_TOKENS = 8;

/**
 * Each feature's decoder direction through the final norm's weights and the unembedding ("logit lens"); or, where the
 * run's model or SAEs are not where they were, why not.
 *
 * @throws the signal's reason after an abort
 */
export async function readLenses(
  directory: string,
  features: readonly FeatureKey[],
  work: WorkOptions = {},
): Promise<readonly Lens[] | string> {
  if (features.length === 0) return [];
  const setup = await readSetup(directory).catch(() => undefined);
  if (!setup) return "The run does not say where its model and SAEs are.";
  if (!isReference(setup.model) && !existsSync(setup.model)) return "The run's model file is not where it was.";
  try {
    return await project(setup, features, work);
  } catch (error) {
    work.signal?.throwIfAborted();
    return `The model or its SAEs cannot be read: ${errorCode(error) ?? "unknown error"}.`;
  }
}

async function project(
  setup: Setup,
  features: readonly FeatureKey[],
  { onProgress, signal }: WorkOptions,
): Promise<Lens[]> {
  const { path } = await fetchModel(setup.model, { cacheOnly: true, signal }); // a report downloads nothing
  const model = await loadUnknown(path, { device: "cpu", signal });
  try {
    const saes = await saesOfSetup(setup, model.info, signal);
    return await lensesOf(model, saes, features, { threads: setup.threads, onProgress, signal });
  } finally {
    await model.dispose();
  }
}

/** The same of a model and SAEs that are at hand. @throws ERR_RUN_MISMATCH for a feature of another SAE */
export async function lensesOf(
  model: Model,
  saes: readonly SaeFolder[],
  features: readonly FeatureKey[],
  { threads = defaultThreads(), onProgress, signal }: WorkOptions & { readonly threads?: number | undefined } = {},
): Promise<Lens[]> {
  if (features.length === 0) return [];
  const directionsOf = decoderDirections(saes);
  const { nEmbd } = model.info;
  const directions = new Float32Array(features.length * nEmbd);
  const saesUsed = [...new Set(features.map((of) => of.sae))];
  for (const [done, id] of saesUsed.entries()) {
    onProgress?.({ step: "tokens that features promote", done, total: saesUsed.length, unit: "SAEs" });
    await directionsOf(features.filter((of) => of.sae === id));
  }
  (await directionsOf(features)).forEach((direction, i) => {
    directions.set(direction, i * nEmbd);
  });
  return await logitLens(model, directions, { nTokens: N_TOKENS, threads, signal });
}
