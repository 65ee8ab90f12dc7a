import { totalmem } from "node:os";

/** Memory of this machine, or of the container that this process is in. */
export interface MachineMemory {
  readonly totalBytes: number;
  /** What a process can still have, files that the system keeps in memory for speed included. */
  readonly freeBytes: number;
}

export function machineMemory(): MachineMemory {
  const totalBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return { totalBytes, freeBytes: Math.min(totalBytes, process.availableMemory()) };
}
