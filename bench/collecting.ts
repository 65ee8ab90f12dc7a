import { SaeCache } from "../lib/collect/sae-cache";
import type { Branch } from "../lib/model/branch";
import type { Engine } from "../lib/model/engine";
import { layerDevice } from "../lib/model/layer-device";
import type { SaeFolder } from "../lib/sae/folder";
import { nativeLayer } from "../lib/sae/hook-point";
import { findSaes } from "../lib/sae/set";
import { createSpool } from "./spool";
import { allLayers, type Subject } from "./subject";

const SAE_BYTES = 4 * 2 ** 30;

/** A subject's SAEs as collect has them: loaded once a run where memory allows, where their layers lie. */
export class Encoders implements AsyncDisposable {
  private constructor(
    readonly folders: readonly SaeFolder[],
    readonly cache: SaeCache,
  ) {}

  static async open({ model, saes, threads }: Subject): Promise<Encoders> {
    const optionsOf = ({ config }: SaeFolder) => {
      const device = layerDevice(model.info, nativeLayer(config.hook));
      return { weightType: "bf16", threads, device } as const;
    };
    return new Encoders(saes === undefined ? [] : await findSaes(saes), new SaeCache(optionsOf, SAE_BYTES));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cache[Symbol.asyncDispose]();
  }
}

/** Answers each prompt with one token. */
export async function answer(
  engine: Engine,
  prompts: readonly Int32Array[],
  branch: (i: number) => Branch = () => ({}),
): Promise<void> {
  await Promise.all(prompts.map((prompt, i) => engine.run({ prompt, branches: [{ ...branch(i), maxTokens: 1 }] })));
}

/** The same, with all layers' rows captured, and those encoded whose layer has an SAE. */
export async function collect(
  { model }: Subject,
  engine: Engine,
  prompts: readonly Int32Array[],
  encoders?: Encoders,
): Promise<void> {
  const spool = createSpool(model, allLayers(model));
  await answer(engine, prompts, (slot) => ({ capture: { spool, slot, positions: "generated" } }));
  const slots = Int32Array.from(prompts, (_, i) => i);
  const ends = new Int32Array(prompts.length).fill(1);
  for (const folder of encoders?.folders ?? []) {
    const layer = nativeLayer(folder.config.hook);
    await encoders!.cache.use(folder, (sae) => spool.encode(layer, sae.native, slots, ends, ["max"]));
  }
  await spool.dispose();
}
