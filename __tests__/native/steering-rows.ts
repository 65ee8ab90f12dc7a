import type { Branch } from "../../lib/model/branch";
import type { BranchResult, Engine } from "../../lib/model/engine";
import { nmse, randomTokens, spool } from "./models";

export const N_EMBD = 64;
export const ALL_LAYERS = [-1, 0, 1, 2, 3];
export const exact = { kvType: "f32", contextTokens: 1024 } as const;
export const prompt = randomTokens(7, 24);
export const forced = randomTokens(8, 10);

/** Residual rows of a branch by layer, those of the prompt before those that chose tokens. */
export interface ReadRows {
  readonly result: BranchResult;
  readonly at: (layer: number, position: number) => Float32Array;
}

/** Runs a branch alone and reads all its rows; positions are those of steering. */
export async function readRows(engine: Engine, branch: Branch): Promise<ReadRows> {
  const store = spool(N_EMBD, ALL_LAYERS);
  const capture = { spool: store, slot: 0, positions: "all" as const };
  const { branches } = await engine.run({ prompt, branches: [{ forcedTokens: forced, capture, ...branch }] });
  const rows = new Map<number, Float32Array>();
  for (const layer of ALL_LAYERS) rows.set(layer, await store.rows(layer, 0));
  await store.dispose();
  const first = rows.get(0)!.length / N_EMBD - forced.length; // of the last prompt token
  const at = (layer: number, position: number) =>
    rows.get(layer)!.subarray((first + position) * N_EMBD, (first + position + 1) * N_EMBD);
  return { result: branches[0]!, at };
}

export function plus(row: Float32Array, vector: Float32Array, times = 1): Float32Array {
  return row.map((x, i) => x + vector[i]! * times);
}

export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}

export function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(nmse(actual, expected)).toBeLessThanOrEqual(1e-9);
}
