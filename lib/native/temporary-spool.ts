import { tmpdir } from "node:os";
import type { NativeSpool } from "./addon";
import { loadAddon } from "./load";

/** @param memoryBytes beyond this the rows go to a temporary file */
export function temporarySpool(layers: readonly number[], nEmbd: number, memoryBytes: number): NativeSpool {
  return loadAddon().createSpool({ layers: Int32Array.from(layers), nEmbd, memoryBytes, directory: tmpdir() });
}
