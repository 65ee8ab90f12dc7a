import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SteeringError } from "../errors";
import { makeFolder, remove } from "../files/folder";
import { sha256Of } from "../files/hash";
import { jsonText, readJson, writeJson } from "../files/json";
import { writeSafetensors } from "../files/safetensors";
import type { NativeTrainer } from "../native/addon";
import { loadAddon } from "../native/load";
import { History } from "./history";
import type { TrainRecord } from "./record";

/** Names the folder with the rest: it is written last. */
const FILE = "checkpoint.json";
const FOLDER = "checkpoint";
const HISTORY = "history.safetensors";

const checkpoint = z.object({
  step: z.int().min(1),
  /** SHA-256 of the training's record. */
  training: z.string(),
  layers: z.array(z.object({ layer: z.int().min(0), inputScale: z.number(), smallestMean: z.number() })).min(1),
});

/** Writes all that a training is at a step; whoever is killed meanwhile leaves the one before. @throws ERR_FILE_WRITE */
export async function writeCheckpoint(
  directory: string,
  record: TrainRecord,
  layers: readonly number[],
  trainer: NativeTrainer,
  history: History,
): Promise<void> {
  const step = history.steps;
  const folder = folderOf(directory, layers[0]!, step);
  await makeFolder(folder);
  const states: z.infer<typeof checkpoint>["layers"] = [];
  for (const layer of layers) {
    const { inputScale, smallestMean, parts } = await trainer.state(layer);
    states.push({ layer, inputScale, smallestMean });
    await writeSafetensors(
      layerFile(folder, layer),
      Object.entries(parts).map(([name, data]) => ({ name, dtype: "F32", shape: [data.length], data })),
    );
  }
  await history.write(join(folder, HISTORY));
  await writeJson(join(directory, FILE), { step, training: hashOf(record), layers: states });
  await removeOthers(directory, folder);
}

/** Layers that were trained together, and what brings a trainer of them to where they were. */
export interface Checkpoint {
  readonly layers: readonly number[];
  restore(trainer: NativeTrainer): Promise<History>;
}

/**
 * What a stopped training had written last; none where it had not written yet.
 *
 * @throws ERR_FILE_FORMAT; ERR_RUN_MISMATCH for one of another training
 */
export async function readCheckpoint(directory: string, record: TrainRecord): Promise<Checkpoint | undefined> {
  const path = join(directory, FILE);
  if (!existsSync(path)) return undefined;
  const { step, training, layers } = await readJson(path, checkpoint);
  if (training !== hashOf(record)) {
    const message = `${path} is of another training. Remove it to begin anew, or give the folder that it is from`;
    throw new SteeringError("ERR_RUN_MISMATCH", message, { directory });
  }
  const folder = folderOf(directory, layers[0]!.layer, step);
  const restore = async (trainer: NativeTrainer) => {
    for (const { layer, inputScale, smallestMean } of layers) {
      const file = await loadAddon().openSafetensors(layerFile(folder, layer));
      const parts: Record<string, Float32Array> = {};
      for (const { name } of file.tensors) parts[name] = await file.readFloat32(name);
      file.close();
      await trainer.restore(layer, { inputScale, smallestMean, step, parts });
    }
    return History.read(join(folder, HISTORY));
  };
  return { layers: layers.map(({ layer }) => layer), restore };
}

/** What a training that is done needs no more. @throws ERR_FILE_WRITE */
export async function removeCheckpoint(directory: string): Promise<void> {
  await remove(join(directory, FILE));
  await remove(join(directory, FOLDER));
}

function hashOf(record: TrainRecord): string {
  return sha256Of([jsonText(record)]);
}

async function removeOthers(directory: string, kept: string): Promise<void> {
  for (const name of await readdir(join(directory, FOLDER))) {
    const folder = join(directory, FOLDER, name);
    if (folder !== kept) await remove(folder);
  }
}

function folderOf(directory: string, firstLayer: number, step: number): string {
  return join(directory, FOLDER, `${firstLayer}-${step}`);
}

function layerFile(folder: string, layer: number): string {
  return join(folder, `${layer}.safetensors`);
}
