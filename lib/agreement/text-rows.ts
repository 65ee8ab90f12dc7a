import { runAll } from "../ask/run-all";
import type { Engine } from "../model/engine";
import type { NativeSpool } from "../native/addon";
import { temporarySpool } from "../native/temporary-spool";
import { tokensOf } from "../neutral/passage";
import { joined } from "../statistics/joined";

/** Beyond this the rows wait in a file. */
const SPOOL_BYTES = 2 ** 28;
/** Of each text: enough for rows of all kinds, and short enough for any context. */
const MOST_TOKENS = 256;

/**
 * Residual rows of a model that reads texts, at every position but the first: there, whatever the text, a row is far
 * longer than others, and no SAE was trained on it.
 */
export class TextRows {
  private constructor(
    private readonly spool: NativeSpool,
    private readonly nEmbd: number,
    private readonly tokens: readonly Int32Array[],
  ) {}

  /**
   * @param layers native ones: -1 is the input of block 0
   * @throws ERR_INVALID_ARGUMENT for a text of fewer than 2 tokens; as `Engine.run`
   */
  static async read(
    engine: Engine,
    layers: readonly number[],
    texts: readonly string[],
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<TextRows> {
    const { nEmbd } = engine.model.info;
    const spool = temporarySpool([...new Set(layers)], nEmbd, SPOOL_BYTES);
    try {
      const runs = texts.map((text, slot) => ({
        name: `text ${slot}`,
        prompt: tokensOf(engine.model, text, slot).subarray(0, MOST_TOKENS),
        branches: [{ maxTokens: 0, capture: { spool, slot, positions: "prompt" } } as const],
      }));
      await runAll(engine, runs, options);
      return new TextRows(
        spool,
        nEmbd,
        runs.map(({ prompt }) => prompt),
      );
    } catch (error) {
      await spool.dispose();
      throw error;
    }
  }

  /** Of each text [positions, n_embd]. */
  async of(layer: number): Promise<Float32Array[]> {
    const rows: Float32Array[] = [];
    for (const slot of this.tokens.keys()) rows.push((await this.spool.rows(layer, slot)).subarray(this.nEmbd));
    return rows;
  }

  /** Whether another model read the same tokens. */
  readSame({ tokens }: TextRows): boolean {
    return this.tokens.every((read, i) => read.join() === tokens[i]?.join());
  }

  /** Of all texts, one after the other [rows, n_embd]. */
  async all(layer: number): Promise<Float32Array> {
    return joined(Float32Array, await this.of(layer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.spool.dispose();
  }
}
