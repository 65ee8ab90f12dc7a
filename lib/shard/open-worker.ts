import { tmpdir } from "node:os";
import type { z } from "zod";
import { resolveCollectOptions } from "../collect/options";
import { prepareCollection, type Prepared } from "../collect/prepare";
import { SteeringError } from "../errors";
import { openInputs, type Inputs } from "../pipeline/inputs";
import { setupOf } from "../pipeline/setup";
import { collectionOf } from "../pipeline/stages";
import { differencesOf, listOf } from "../run/mismatch";
import type { computingOptions } from "./options";
import type { StoredPlan } from "./plan";
import type { Storage } from "./storage/storage";
import { requireSameKind } from "./worker-kind";

/** Model, SAEs and questions on this machine, which are the plan's. */
export interface OpenWorker extends AsyncDisposable {
  readonly inputs: Inputs;
  readonly prepared: Prepared;
}

export interface OpenOptions extends z.output<typeof computingOptions> {
  readonly mixed: boolean;
}

/** @throws ERR_RUN_MISMATCH when they are not, or this machine is of another kind than the other workers'; as `openInputs` */
export async function openWorker(
  stored: StoredPlan,
  storage: Storage,
  { mixed, overrides = {}, onDownload, onProgress, signal }: OpenOptions,
): Promise<OpenWorker> {
  const { run, settings } = stored.plan;
  const inputs = await openInputs(setupOf(run, overrides), { onDownload, onProgress, signal });
  try {
    const { saes, options } = collectionOf(inputs, { ...settings, signal });
    const asked = resolveCollectOptions({ ...options, directory: tmpdir() }, inputs.task);
    const prepared = await prepareCollection(inputs.model, saes, inputs.task, asked);
    requirePlanned(stored, prepared);
    if (!mixed) await requireSameKind(storage, inputs.model.info.device, prepared.options.engine);
    const dispose = async () => {
      await prepared[Symbol.asyncDispose]();
      await inputs[Symbol.asyncDispose]();
    };
    return { inputs, prepared, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await inputs[Symbol.asyncDispose]();
    throw error;
  }
}

/** @throws ERR_RUN_MISMATCH */
function requirePlanned({ directory, plan }: StoredPlan, { manifest }: Prepared): void {
  const differences = differencesOf(plan.run, manifest);
  if (differences.length === 0) return;
  const message = `this worker would do another run than the one that ${directory} plans (${listOf(differences)}): give it the plan's model, SAEs, questions and program`;
  throw new SteeringError("ERR_RUN_MISMATCH", message, { plan: directory, fields: differences });
}
