import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { path, shapeOf, text } from "../arguments/kinds";
import { samples as someSamples } from "../data/kinds";
import { engineArgument } from "../model/engine-arguments";
import { model as aModel } from "../model/kinds";
import { work } from "../run/kinds";
import { saeFolders } from "../sae/kinds";
import { task as aTask } from "../tasks/kinds";
import { SteeringError } from "../errors";
import { saeDevice } from "../model/layer-device";
import type { Model } from "../model/model";
import { ask, type Answered, type AskOptions } from "../ask/ask";
import type { Way } from "../ask/forks";
import { roomFor } from "../ask/room";
import type { Sample } from "../data/sample";
import type { NativeSpool } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import { layerUsed } from "../sae/convention";
import type { SaeFolder } from "../sae/folder";
import { assertSaesFit } from "../sae/set";
import { requireRunOrEmpty } from "../run/directory";
import type { RunManifest } from "../run/manifest";
import { addResidualRows, emptyResidualSums, type ResidualSums } from "../run/residual-sums";
import { lockRun } from "../run/lock";
import { isComplete, isStarted, RESIDUAL_FILE, Run, saeFile } from "../run/run";
import { questionRecord, toJsonLines, type SampleRecord } from "../run/samples";
import type { Task } from "../tasks/task";
import { FirstLook, lookAtRecords, wantsLook } from "./first-look";
import { layerBytes } from "./layer-bytes";
import { collectManifest } from "./manifest";
import { quantity } from "../quantity";
import { chunkOf, resolveCollectOptions, type CollectOptions, type ResolvedCollectOptions } from "./options";
import { residualBytes } from "./residual-bytes";
import { SaeCache } from "./sae-cache";

/** What `collect` did, and where. */
export interface Collection {
  readonly directory: string;
  readonly manifest: RunManifest;
  /** Samples whose answers this call did not have to collect. */
  readonly resumed: number;
}

const collectArguments = z.object({
  model: aModel(),
  saes: saeFolders(),
  task: aTask(),
  options: shapeOf(
    {
      ...work,
      directory: path(),
      samples: someSamples(),
      engine: engineArgument.optional(),
      environment: z.record(text(), z.json(), "a JSON object").optional(),
    },
    "options by name",
  ),
});

/**
 * Asks the model every question and keeps, for each layer with an SAE, the pooled activations at the positions that
 * chose the answer's tokens, with the answer and its score. A run that was stopped, in whatever way, goes on after its
 * last whole chunk and ends with the same bytes.
 *
 * @throws ERR_SHAPE_MISMATCH, ERR_OUT_OF_RANGE when an SAE is not for this model; ERR_RUN_MISMATCH, ERR_RUN_LOCKED;
 * ERR_CONTEXT_FULL for a prompt longer than the context; ERR_TASK when scoring fails; ERR_FILE_WRITE; the signal's reason
 * after an abort
 */
export async function collect(
  model: Model,
  saes: readonly SaeFolder[],
  task: Task,
  options: CollectOptions,
): Promise<Collection> {
  checkArguments(collectArguments, { model, saes, task, options });
  const given = resolveCollectOptions(options, task);
  const { directory, samples, signal, onProgress } = given;
  signal?.throwIfAborted();
  const begun = await requireRunOrEmpty(directory); // before files of gigabytes are hashed
  assertSaesFit(saes, model.info);
  const nLayers = new Set(saes.map(({ config }) => layerUsed(config.hook, given.convention))).size;
  const byDefault = begun?.chunkSamples ?? chunkOf(task, given.positions, nLayers * model.info.nEmbd * 4);
  const resolved = { ...given, chunkSamples: given.chunkSamples ?? byDefault };
  const { chunkSamples } = resolved;
  await task.scorers[0].prepare?.({ signal });
  const manifest = await collectManifest(model, saes, task, resolved);
  const deviceOf = ({ config }: SaeFolder) =>
    saeDevice(resolved.sae.device, model.info, layerUsed(config.hook, resolved.convention));
  await using cache = SaeCache.on(deviceOf, saes, { ...resolved.sae, signal }, resolved.saeMemoryBytes);
  if (!((await isStarted(directory, manifest)) && isComplete(directory))) await cache.check(saes);
  using lock = await lockRun(directory, options.lock);
  const run = await Run.open(lock, manifest);
  const total = samples.length;
  const report = (done: number, step = quantity(total, "question")) => {
    onProgress?.({ step, done, total, unit: "questions" });
  };
  const resumed = Math.min(total, run.nCommitted * chunkSamples);
  report(resumed);
  if (wantsLook(resolved) && run.nCommitted > 0 && run.nCommitted < run.nChunks) {
    await lookAtRecords(model, task, samples, await run.firstSamples(), resolved);
  }
  const collecting = { ...resolved, engine: await roomFor(model, task, 1, resolved.engine) };
  while (run.nCommitted < run.nChunks)
    await collectChunk({ model, saes, cache, task, run, report, options: collecting });
  await run.finish();
  return { directory, manifest, resumed };
}

interface Context {
  readonly model: Model;
  readonly saes: readonly SaeFolder[];
  readonly cache: SaeCache;
  readonly task: Task;
  readonly run: Run;
  readonly report: (done: number, step?: string) => void;
  readonly options: ResolvedCollectOptions;
}

async function collectChunk({ model, saes, cache, task, run, report, options }: Context): Promise<void> {
  const { convention, samples, chunkSamples, pooling, steerPooling, signal } = options;
  const firstSample = run.nCommitted * chunkSamples;
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
    await run.commit(toJsonLines(records), async (put) => {
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
        await put(saeFile(run.manifest, folder.id), await layerBytes(run, run.manifest.saes[i]!, chunk, scores));
        if (sums.has(layer)) continue;
        sums.set(layer, emptyResidualSums(layer, model.info.nEmbd));
        addResidualRows(sums.get(layer)!, await spool.pool(layer, slots, ends), scores);
      }
      const read = saes.map(({ config }, i) => ({ ...sums.get(layers[i]!)!, layer: config.hook.layer }));
      await put(RESIDUAL_FILE, await residualBytes(run, read));
    });
  } finally {
    await spool.dispose();
  }
}

/** How many of the rows captured are pooled: all but those that chose the answer's end. */
function pooledRows(
  { question: { prompt, tried }, result: { tokens } }: Answered,
  { model, task, options }: Pick<Context, "model" | "task" | "options">,
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
