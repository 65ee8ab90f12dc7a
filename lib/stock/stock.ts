import { machineMemory, type MachineMemory } from "../memory/machine";
import { cachedStock, type CachedStock } from "./cached";
import { knownStock, type KnownStock } from "./known";

/** Models and SAEs: what is known, what is in the hub's cache, and what memory there is for it. */
export interface Stock {
  readonly machine: MachineMemory;
  readonly known: readonly KnownStock[];
  readonly cached: CachedStock;
}

/** Lists models that public SAEs are known for, and models and SAEs of the hub that are on this machine. Nothing is downloaded. */
export async function listModels(): Promise<Stock> {
  return { machine: machineMemory(), known: knownStock(), cached: await cachedStock() };
}
