import { join } from "node:path";
import { z } from "zod";
import { readJson } from "../files/json";
import { loadAddon } from "../native/load";
import { RECORD_FILE, trainRecord } from "./record";
import { saeFolderOf, savedLayer, type TrainedLayer } from "./save";

/** Beside an SAE: a tensor [steps] of each series of its training. */
export const HISTORY_FILE = "training.safetensors";

const trained = z.object({
  ...trainRecord.shape,
  options: z.looseObject({
    layers: z.array(z.int()),
    batchRows: z.int(),
    dSae: z.int(),
    k: z.number(),
  }),
});

/** How an SAE came to be, by step. */
export interface LayerHistory extends TrainedLayer {
  readonly loss: Float32Array;
  /** Of the rows: 1 - loss / variance is explained. */
  readonly variance: Float32Array;
  /** Dead features. */
  readonly deadBySteps: Float32Array;
}

/** A training that is done. @throws ERR_FILE_FORMAT where it is not, or there was none */
export async function readTraining(directory: string) {
  const record = await readJson(join(directory, RECORD_FILE), trained);
  const layers = await Promise.all(record.options.layers.map((layer) => readLayer(directory, layer)));
  return { record, layers };
}

async function readLayer(directory: string, layer: number): Promise<LayerHistory> {
  const file = await loadAddon().openSafetensors(join(saeFolderOf(directory, layer), HISTORY_FILE));
  try {
    const [loss, variance, deadBySteps] = [
      await file.readFloat32("loss"),
      await file.readFloat32("variance"),
      await file.readFloat32("dead"),
    ];
    return { ...(await savedLayer(directory, layer)), loss, variance, deadBySteps };
  } finally {
    file.close();
  }
}
