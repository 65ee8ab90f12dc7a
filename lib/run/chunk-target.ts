import type { RunManifest } from "./manifest";

/** Writes one file of a chunk. */
export type PutFile = (name: string, bytes: string | Uint8Array) => Promise<void>;

/** Where the chunks of a collection go. */
export interface ChunkTarget {
  readonly manifest: Pick<RunManifest, "keep" | "saes">;
  /**
   * Adds a chunk: `write` puts a file for each layer. It is there with all its files or, when anything throws, not at all.
   * @param samples JSON lines
   */
  commit(samples: string, write: (put: PutFile) => Promise<void>): Promise<void>;
  /** A file of the chunk before, which moments and sums are added to; undefined where there is none, or each stands alone. */
  lastFile(name: string): Promise<{ readonly path: string; readonly bytes: Uint8Array } | undefined>;
}
