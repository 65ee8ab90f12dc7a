import { stat } from "node:fs/promises";
import { z } from "zod";
import { cellsFor } from "../ask/room";
import { type CollectSettings, HOST_SAES, spoolBytes } from "../collect/options";
import type { Planned } from "../hub/fetch-files";
import type { Fetched } from "../hub/fetch-model";
import { machineMemory, type MachineMemory } from "../memory/machine";
import { type MemoryNeed, memoryNeed, type SaeSize, weightBytes } from "../memory/need";
import { type ModelSize, modelSizeOf } from "../model/size";
import { resolveDevice } from "../native/devices";
import { callback } from "../options/kinds";
import { type Given, option } from "../options/option";
import { knownModel, knownModelSize } from "../sae/catalogue/models";
import type { PlannedSaes } from "../sae/fetch-saes";
import type { StoredSae } from "../sae/folder";
import type { Task } from "../tasks/task";
import type { Setup } from "./setup-options";

/** What a run takes that is about to begin. */
export interface Ahead {
  /** Of model and SAEs, what is not here yet. */
  readonly downloadBytes: number;
  /** Undefined where it is not known before the download, and of a model on a GPU. */
  readonly memory: MemoryNeed | undefined;
  readonly machine: MachineMemory;
}

export const aheadOption = z.object({
  onAhead: option("told what a run takes before it begins", callback<(ahead: Ahead) => void>().optional(), {
    more: "Called before the first download, and once more behind it where the memory was not known before.",
  }),
});

/** @interface */
export type AheadOptions = Given<typeof aheadOption>;

/** A run before anything of it is downloaded, or behind that. */
export interface Plan {
  readonly setup: Setup;
  readonly task: Task;
  readonly settings: CollectSettings;
  /** Whether later stages follow. */
  readonly isWhole: boolean;
  readonly model: Planned<Fetched>;
  readonly saes: PlannedSaes | undefined;
  /** Those that are here. */
  readonly found: readonly StoredSae[] | undefined;
}

/** What it takes, as far as that is known. */
export async function lookAhead(plan: Plan): Promise<Ahead> {
  const { model, saes } = plan;
  return {
    downloadBytes: (model.missingBytes ?? 0) + (saes?.missingBytes ?? 0),
    memory: resolveDevice(plan.setup.device) === "cpu" ? await memoryOf(plan) : undefined,
    machine: machineMemory(),
  };
}

async function memoryOf(plan: Plan): Promise<MemoryNeed | undefined> {
  const { setup, task, settings, isWhole } = plan;
  const model = await modelSize(plan);
  const saes = await saeSizes(plan);
  if (!model || !saes) return undefined;
  const layers = new Set(saes.map(({ layer }) => layer));
  return memoryNeed(model, saes, {
    contextTokens: setup.contextTokens ?? cellsFor(model, task),
    weightBytes: weightBytes(settings.weightType),
    saeMemoryBytes: HOST_SAES,
    spoolBytes: spoolBytes(task, settings, layers.size || model.nLayer, model.nEmbd),
    isWhole,
  });
}

/** By its header where it is here, else by the catalogue. */
async function modelSize({ model, saes }: Plan): Promise<ModelSize | undefined> {
  if (model.missingBytes === 0) return await modelSizeOf((await model.fetch()).path);
  const [known] = saes?.known ?? [];
  if (!known || model.sizeBytes === undefined) return undefined;
  return knownModelSize(knownModel(known.release.model), model.sizeBytes);
}

type LayerSae = SaeSize & { readonly layer: number };

/** By their configurations where they are here, else by the catalogue; none where the residual stream itself is read. */
async function saeSizes({ saes, found }: Plan): Promise<LayerSae[] | undefined> {
  if (!saes) return [];
  if (found) return await Promise.all(found.map(storedSize));
  const known = saes.known.flatMap(({ saes }) => saes);
  if (known.length === 0 || saes.sizeBytes === undefined) return undefined;
  const fileBytes = saes.sizeBytes / known.length;
  return known.map(({ layer, dModel, dSae }) => ({ layer, dModel, dSae, fileBytes }));
}

async function storedSize({ weightsPath, config: { hook, dModel, dSae } }: StoredSae): Promise<LayerSae> {
  return { layer: hook.layer, dModel, dSae, fileBytes: (await stat(weightsPath)).size };
}
