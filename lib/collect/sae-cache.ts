import type { SaeOptions } from "../sae/options";
import { Sae } from "../sae/sae";
import type { SaeFolder } from "../sae/folder";
import { DEVICE_SAES, HOST_SAES } from "./options";

/** Loads the SAEs of a run one after the other, and keeps those that fit into a memory budget. */
export class SaeCache<T extends SaeFolder = SaeFolder> implements AsyncDisposable {
  private readonly loaded = new Map<T, Sae>();
  private usedBytes = 0;

  /**
   * @param optionsOf how to load one
   * @param budgetBytes 0 keeps none: one layer is in memory at a time
   */
  constructor(
    private readonly optionsOf: (folder: T) => SaeOptions,
    private readonly budgetBytes: number,
  ) {}

  /** Of these SAEs, each on a device of its own; the budget is what is usual there where none is given. */
  static on<T extends SaeFolder>(
    deviceOf: (folder: T) => string,
    saes: readonly T[],
    options: SaeOptions,
    budgetBytes = saes.every((sae) => deviceOf(sae) === "cpu") ? HOST_SAES : DEVICE_SAES,
  ): SaeCache<T> {
    return new SaeCache((folder) => ({ ...options, device: deviceOf(folder) }), budgetBytes);
  }

  /** Calls `use` with the SAE in memory. @throws as `Sae.load` */
  async use<R>(folder: T, use: (sae: Sae) => Promise<R>): Promise<R> {
    const kept = this.loaded.get(folder);
    if (kept) return use(kept);
    const sae = await Sae.load(folder, this.optionsOf(folder));
    const keep = this.usedBytes + sae.sizeBytes <= this.budgetBytes;
    if (keep) {
      this.loaded.set(folder, sae);
      this.usedBytes += sae.sizeBytes;
    }
    try {
      return await use(sae);
    } finally {
      if (!keep) await sae.dispose();
    }
  }

  /** Reads all of them once, so that what is damaged is said before the model is asked. @throws as `Sae.load` */
  async check(folders: readonly T[]): Promise<void> {
    for (const folder of folders) await this.use(folder, () => Promise.resolve());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.loaded.values()].map((sae) => sae.dispose()));
    this.loaded.clear();
  }
}
