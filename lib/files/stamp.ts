import { stat } from "node:fs/promises";

/** Two writes within one tick of a file system's clock leave the same times: FAT's is the slowest. */
const CLOCK_TICK_MS = 2000;

/** What changes when a file does: whoever puts its size and `mtime` back cannot do so with its `ctime`. */
export interface Stamp {
  /** Of the file, whatever is in it. */
  readonly id: string;
  readonly text: string;
  readonly sizeBytes: number;
  /** Whether the next write to it will leave another stamp. */
  readonly isSettled: boolean;
}

export async function stampOf(path: string): Promise<Stamp> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return {
    id: `${dev}-${ino}`,
    text: [dev, ino, size, mtimeNs, ctimeNs].join(" "),
    sizeBytes: Number(size),
    isSettled: Date.now() - Number(ctimeNs / 1_000_000n) > CLOCK_TICK_MS,
  };
}
