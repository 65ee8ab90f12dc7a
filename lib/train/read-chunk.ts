import { runAll } from "../ask/run-all";
import type { Model } from "../model/model";
import type { NativeRowBuffer } from "../native/addon";
import type { Chunk } from "./chunks";
import type { ResolvedTrainOptions } from "./options";

/**
 * Fills the buffer with a chunk's rows. Each chunk has an engine of its own, so that what it computes does not depend on
 * where a stopped training took it up.
 */
export async function readChunk(
  model: Model,
  { sequences }: Chunk,
  buffer: NativeRowBuffer,
  {
    engine: options,
    signal,
    onRead,
  }: Pick<ResolvedTrainOptions, "engine" | "signal"> & { onRead: (rows: number) => void },
): Promise<void> {
  await using engine = await model.createEngine(options);
  buffer.begin(Uint32Array.from(sequences, ({ length }) => length));
  const runs = sequences.map((prompt, slot) => ({
    name: `sequence ${slot}`,
    prompt,
    branches: [{ maxTokens: 0, capture: { spool: buffer, slot, positions: "prompt" } } as const],
  }));
  let read = 0;
  const onDone = (index: number) => {
    read += sequences[index]!.length - 1;
    onRead(read);
  };
  await runAll(engine, runs, { onDone, signal });
}
