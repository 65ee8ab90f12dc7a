import type { Branch } from "../../model/branch";
import type { Engine } from "../../model/engine";
import type { BranchSteering } from "../../model/branch";
import { temporarySpool } from "../../native/temporary-spool";

/** What one branch computed at the positions that chose its tokens. */
export interface Reading {
  /** By native layer, [positions, n_embd]. */
  readonly rows: ReadonlyMap<number, Float32Array>;
  /** [positions, n_vocab] */
  readonly logits: Float32Array;
}

const SPOOL_BYTES = 2 ** 28;

/** Forks of one prompt that are given the same tokens, one decode each, and steered or not. */
export async function readBranches(
  engine: Engine,
  layers: readonly number[],
  { prompt, forced }: Text,
  steerings: readonly (BranchSteering | undefined)[],
  signal?: AbortSignal,
): Promise<Reading[]> {
  return read(engine, layers, prompt, signal, (spool) =>
    steerings.map((steering, slot) => ({
      ...(steering && { steering }),
      forcedTokens: forced,
      logits: "generated",
      capture: { spool, slot, positions: "generated" },
    })),
  );
}

/** Every position of a prompt, in one pass. */
export async function readPrompt(
  engine: Engine,
  layers: readonly number[],
  prompt: Int32Array,
  signal?: AbortSignal,
): Promise<Reading> {
  const readings = await read(engine, layers, prompt, signal, (spool) => [
    { maxTokens: 0, logits: "prompt", capture: { spool, slot: 0, positions: "prompt" } },
  ]);
  return readings[0]!;
}

/** A prompt, and the tokens after it. */
export interface Text {
  readonly prompt: Int32Array;
  readonly forced: Int32Array;
}

async function read(
  engine: Engine,
  layers: readonly number[],
  prompt: Int32Array,
  signal: AbortSignal | undefined,
  branchesOf: (spool: NonNullable<Branch["capture"]>["spool"]) => Branch[],
): Promise<Reading[]> {
  const { nEmbd } = engine.model.info;
  const spool = temporarySpool(layers, nEmbd, SPOOL_BYTES);
  try {
    const { branches } = await engine.run({ prompt, branches: branchesOf(spool) }, { signal });
    return await Promise.all(
      branches.map(async ({ logits }, slot) => {
        const rows = new Map<number, Float32Array>();
        for (const layer of layers) rows.set(layer, await spool.rows(layer, slot));
        return { rows, logits };
      }),
    );
  } finally {
    await spool.dispose();
  }
}
