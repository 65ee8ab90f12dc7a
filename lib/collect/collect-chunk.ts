import { ask, type Answered, type AskOptions } from "../ask/ask";
import type { Way } from "../ask/forks";
import type { Sample } from "../data/sample";
import { SteeringError } from "../errors";
import type { Model } from "../model/model";
import type { NativeSpool } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import type { ChunkTarget } from "../run/chunk-target";
import { addResidualRows, emptyResidualSums, type ResidualSums } from "../run/residual-sums";
import { RESIDUAL_FILE, saeFile } from "../run/run";
import { questionRecord, toJsonLines, type SampleRecord } from "../run/samples";
import { layerUsed } from "../sae/convention";
import type { Task } from "../tasks/task";
import { FirstLook, wantsLook } from "./first-look";
import { layerBytes } from "./layer-bytes";
import type { ResolvedCollectOptions } from "./options";
import type { Prepared } from "./prepare";
import { residualBytes } from "./residual-bytes";

interface ChunkOptions {
  readonly target: ChunkTarget;
  /** Told how many of all questions are done, and what is done meanwhile. */
  readonly report: (done: number, step?: string) => void;
}

/** Asks the questions of one chunk, encodes what the model did meanwhile, and gives both to `target`. */
export async function collectChunk(
  { model, saes, cache, task, manifest, options }: Prepared,
  index: number,
  { target, report }: ChunkOptions,
): Promise<void> {
  const { convention, samples, chunkSamples, pooling, steerPooling, signal } = options;
  const firstSample = index * chunkSamples;
  const layers = saes.map(({ config }) => layerUsed(config.hook, convention));
  const spool = loadAddon().createSpool({
    layers: Int32Array.from(new Set(layers)),
    nEmbd: model.info.nEmbd,
    memoryBytes: options.spoolMemoryBytes,
    directory: options.directory,
  });
  try {
    const asked = samples.slice(firstSample, firstSample + chunkSamples);
    const first =
      firstSample === 0 && wantsLook(options) ? new FirstLook(model, task, asked.length, options) : undefined;
    let done = firstSample;
    const onDone: AskOptions["onDone"] = (index, question, [result]) => {
      report(++done);
      first?.add(index, question, result!);
    };
    const asking = { onDone, known: first && (() => first.scores()), signal: first?.signal ?? signal };
    const answers = await answerAll(model, spool, asked, task, { ...options, ...asking });
    const records = answers.map(sampleRecord);
    const scores = answers.map(({ scored }) => scored.score);
    const slots = Int32Array.from(answers, ({ slot }) => slot);
    const ends = Int32Array.from(answers, (answer) => pooledRows(answer, { model, task, options }));
    const sums = new Map<number, ResidualSums>(); // of a place in the stream, which several SAEs may read
    const poolings = pooling === steerPooling ? [pooling] : [pooling, steerPooling];
    await target.commit(toJsonLines(records), async (put) => {
      for (const [i, folder] of saes.entries()) {
        signal?.throwIfAborted();
        report(done, `SAE ${i + 1} of ${saes.length} encodes`);
        const layer = layers[i]!;
        const rows = await cache.use(folder, ({ native }) =>
          cancellable(loadAddon(), signal, (cancel) => spool.encode(layer, native, slots, ends, poolings, cancel)),
        );
        const [values, steerValues = values] = rows.values;
        if (!values || !steerValues) throw new SteeringError("ERR_INTERNAL", "the encoder pooled nothing");
        const chunk = { firstSample, offsets: rows.offsets, indices: rows.indices, values, steerValues };
        await put(saeFile(manifest, folder.id), await layerBytes(target, manifest.saes[i]!, chunk, scores));
        if (sums.has(layer)) continue;
        sums.set(layer, emptyResidualSums(layer, model.info.nEmbd));
        addResidualRows(sums.get(layer)!, await spool.pool(layer, slots, ends), scores);
      }
      const read = saes.map(({ config }, i) => ({ ...sums.get(layers[i]!)!, layer: config.hook.layer }));
      await put(RESIDUAL_FILE, await residualBytes(target, read));
    });
  } finally {
    await spool.dispose();
  }
}

/** How many of the rows captured are pooled: all but those that chose the answer's end. */
function pooledRows(
  { question: { prompt, tried }, result: { tokens } }: Answered,
  { model, task, options }: Pick<Prepared, "model" | "task" | "options">,
): number {
  const chosen = task.kind === "choice" && !tried ? 1 : tokens.length;
  if (options.positions === "generated") return chosen;
  const captured = prompt[0] === model.info.bosToken ? prompt.length - 1 : prompt.length;
  return captured + Math.max(chosen, 1) - 1; // the prompt's last token chose the first of the answer
}

/** Each chunk has an engine of its own, so that what it computes does not depend on where a stopped run took it up. */
async function answerAll(
  model: Model,
  spool: NativeSpool,
  samples: readonly Sample[],
  task: Task,
  { engine: engineOptions, positions, onDone, known, signal }: ResolvedCollectOptions & AskOptions,
): Promise<Answered[]> {
  await using engine = await model.createEngine(engineOptions);
  const way: Way = { capture: (slot) => ({ spool, slot, positions }) };
  const [answers] = await ask(engine, task, samples, [way], { onDone, known, signal });
  return answers!;
}

function sampleRecord({ question, sample, result, answer: { margin }, scored }: Answered): SampleRecord {
  const { choices } = sample;
  return {
    ...questionRecord(sample),
    completion: result.text,
    ...scored,
    stopReason: result.stopReason,
    promptTokens: question.prompt.length,
    generatedTokens: result.tokens.length,
    ...(choices && {
      choiceLogProbabilities: Object.fromEntries(
        choices.map((choice, i) => [choice, result.choiceLogProbabilities[i]!]),
      ),
    }),
    ...(margin !== undefined && { margin }),
  };
}
