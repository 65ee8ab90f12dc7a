import { runAll } from "../../lib/ask/run-all";
import { loadAddon } from "../../lib/native/load";
import type { Chunk } from "../../lib/train/chunks";
import { resolveTrainOptions } from "../../lib/train/options";
import { createTrainer } from "../../lib/train/pass";
import { readChunk } from "../../lib/train/read-chunk";
import { compare, type Result } from "../result";
import { type Arm, interleave, spent, type Spent } from "../rounds";
import { allLayers, freshPrompt, type Subject } from "../subject";

const SEQUENCE_TOKENS = 256;
const BATCHES = 4;

/** Training the SAEs of some layers on what the model reads, against reading alone. */
export async function trainRow(subject: Subject): Promise<Result[]> {
  const { model, threads } = subject;
  const all = allLayers(model);
  const some = all.filter((layer) => layer % Math.ceil(all.length / 8) === 0);
  const given = { directory: "", texts: [""], k: subject.bars.train.k, engine: { threads } };
  const options = resolveTrainOptions(given, model.info);
  const rows = BATCHES * options.batchRows;
  const chunkOf = (seed: number): Chunk => ({
    ...{ index: seed, first: 0, batches: BATCHES },
    sequences: Array.from({ length: Math.ceil(rows / (SEQUENCE_TOKENS - 1)) }, (_, i) =>
      freshPrompt(model, SEQUENCE_TOKENS, 1000 * seed + i),
    ),
  });
  const reading: Arm<Spent> = {
    name: "reading",
    run: (round) =>
      spent(async () => {
        await using engine = await model.createEngine(options.engine);
        const branches = [{ maxTokens: 0 }];
        await runAll(
          engine,
          chunkOf(round).sequences.map((prompt) => ({ name: "", prompt, branches })),
        );
      }),
  };
  const results: Result[] = [];
  for (const [layers, bar] of [
    [some, subject.bars.train.some],
    [all, subject.bars.train.all],
  ] as const) {
    const native = { layers: Int32Array.from(layers), nEmbd: model.info.nEmbd };
    const buffer = loadAddon().createRowBuffer({ ...native, capacity: rows });
    const trainer = await createTrainer({ model, layers, options });
    const name = `training of ${layers.length} layers`;
    const training: Arm<Spent> = {
      name,
      run: (round) =>
        spent(async () => {
          await readChunk(model, chunkOf(round), buffer, { ...options, onRead: () => {} });
          for (let batch = 0; batch < BATCHES; batch++) await trainer.train(buffer, round, batch);
        }),
    };
    const times = await interleave([reading, training], subject.rounds);
    await trainer.dispose();
    await buffer.dispose();
    results.push(compare(times, { row: name, arm: name, reference: "reading", of: "processor", tokens: rows, bar }));
  }
  return results;
}
