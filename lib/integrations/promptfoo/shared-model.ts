import { Generator } from "../../model/generate/generator";
import { loadUnknown } from "../../model/load-unknown";
import type { Model } from "../../model/model";
import type { modelOptions } from "../../model/options";
import type { Given } from "../../options/option";

/** A model that several providers use: those of a comparison differ in their steering, and share weights, cache and batches. */
export interface SharedModel {
  readonly model: Model;
  readonly generator: Generator;
}

interface Held {
  readonly loading: Promise<SharedModel>;
  users: number;
}

const held = new Map<string, Held>();

/** Loads a model, or takes the one that another provider has loaded so. Each `hold` wants a `release`. */
export function hold(options: Given<typeof modelOptions>): Promise<SharedModel> {
  const key = JSON.stringify(options);
  const known = held.get(key) ?? begin(key, options);
  known.users += 1;
  return known.loading;
}

function begin(key: string, options: Given<typeof modelOptions>): Held {
  const begun = { loading: load(options), users: 0 };
  held.set(key, begun);
  begun.loading.catch(() => held.delete(key)); // the next one tries again
  return begun;
}

/** Gives up a model, which the last one to do so disposes of. */
export async function release(options: Given<typeof modelOptions>): Promise<void> {
  const key = JSON.stringify(options);
  const known = held.get(key);
  if (!known || --known.users > 0) return;
  held.delete(key);
  await (await known.loading).model.dispose();
}

async function load({
  model: path,
  verify,
  device,
  gpuLayers,
  adapters,
  ...room
}: Given<typeof modelOptions>): Promise<SharedModel> {
  const model = await loadUnknown(path, { verify, device, gpuLayers, adapters });
  return { model, generator: new Generator(await model.createEngine(room)) };
}
