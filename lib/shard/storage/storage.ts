/**
 * Where the results of shards lie, written by workers that know nothing of each other: files by names with `/`, each there as
 * a whole or not at all.
 */
export interface Storage {
  /** For messages. */
  readonly name: string;
  /** Undefined where there is none. */
  get(name: string): Promise<Buffer | undefined>;
  /** In place of what may be there. */
  put(name: string, bytes: string | Uint8Array): Promise<void>;
  /** @returns whether there was none of this name; else that stays as it is */
  putNew(name: string, bytes: string | Uint8Array): Promise<boolean>;
  /** Names in a folder, in order; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
}
