import { availableParallelism } from "node:os";

/** How many threads compute unless asked: one less than there are processors. A thread that waits for one delays all. */
export function defaultThreads(): number {
  return Math.max(1, availableParallelism() - 1);
}
