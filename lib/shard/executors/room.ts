/** What this machine has for workers. */
export interface Room {
  readonly cores: number;
  readonly freeBytes: number;
}

export interface LocalWorkers {
  readonly workers: number;
  /** Of each. */
  readonly threads: number;
  /** As many as fit into memory; null where it is not known how much one takes. */
  readonly fit: number | null;
}

/** Of the memory that is free, what workers may have. */
const SHARE = 0.9;
/** A worker with fewer threads than this hardly uses what it has loaded. */
const FEWEST_THREADS = 2;

/**
 * How many workers there are on one machine, and their threads. With the number of threads planned all workers have it, as the
 * bytes may depend on it; else the cores are shared out.
 *
 * @param workerBytes that one takes at its peak; null where it is not known, as on a GPU
 */
export function localWorkers(
  { cores, freeBytes }: Room,
  nShards: number,
  asked: {
    readonly workers?: number | undefined;
    readonly threads?: number | undefined;
    readonly workerBytes: number | null;
  },
): LocalWorkers {
  const { threads, workerBytes } = asked;
  const fit = workerBytes === null ? null : Math.floor((SHARE * freeBytes) / workerBytes);
  const byCores = Math.floor(cores / (threads ?? FEWEST_THREADS));
  const workers = asked.workers ?? Math.max(1, Math.min(byCores, fit ?? 1, nShards));
  return { workers, threads: threads ?? Math.max(1, Math.floor(cores / workers)), fit };
}
