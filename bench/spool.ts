import { tmpdir } from "node:os";
import type { Model } from "../lib/model/model";
import type { NativeSpool } from "../lib/native/addon";
import { loadAddon } from "../lib/native/load";

const MEMORY_BYTES = 2 ** 30;

/** A spool in memory for rows of the given layers. */
export function createSpool({ info }: Model, layers: readonly number[]): NativeSpool {
  return loadAddon().createSpool({
    layers: Int32Array.from(layers),
    nEmbd: info.nEmbd,
    memoryBytes: MEMORY_BYTES,
    directory: tmpdir(),
  });
}
