import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions } from "../arguments/kinds";
import { datasetError } from "../data/dataset-error";
import { invalidArgument } from "../errors";
import type { DownloadOptions } from "../hub/fetch-files";
import type { Engine } from "../model/engine";
import { engine as anEngine } from "../model/engine-kind";
import { given } from "../options/given";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import type { StoredSae } from "../sae/folder";
import { saeFolders } from "../sae/kinds";
import { assertSaesFit } from "../sae/set";
import { textSequences, type SequenceReading } from "../text/text-sequences";
import { noLoss, readSequences } from "./losses";
import { qualityOptions, type QualityOptions } from "./options";
import type { SaeQuality } from "./sae-quality";
import { measureReplaced, measureRows, N_WAYS, qualityOf, type Subject, subjectOf } from "./subject";

const evaluateArguments = z.object({ engine: anEngine(), saes: saeFolders(), options: anyOptions() });

/** Enough that batches are full, few enough that their rows stay in memory. */
const SEQUENCES_AT_ONCE = 16;
/** Of the logits that are compared, and as many again of those that they are compared with. */
const LOGITS_BYTES = 2 ** 28;
/** Logits of a large vocabulary take longer to compare than to compute. */
const KL_PREDICTIONS = 8192;

/**
 * How good SAEs are on a text: how well they give rows back and how sparsely, and what the model still says when the rows of
 * a layer are replaced by what its SAE gives back, beside zeros and the rows' mean. The first position of each sequence is
 * left out of all of it, and is never replaced.
 *
 * @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE; ERR_SHAPE_MISMATCH for SAEs of another model; ERR_DATASET_FORMAT for a
 * text without a sequence; as `readTexts`, `Sae.load` and `Engine.run`; the signal's reason after an abort
 */
export async function evaluateSaes(
  engine: Engine,
  saes: readonly StoredSae[],
  options: QualityOptions,
): Promise<SaeQuality[]> {
  checkArguments(evaluateArguments, { engine, saes, options });
  refuseUnknown(options, qualityOptions);
  if (saes.length === 0) throw invalidArgument("saes", "at least one SAE", saes);
  assertSaesFit(saes, engine.model.info);
  const { signal, onProgress, onDownload, device, threads, ...reading } = resolveOptions(qualityOptions, options);
  const sequences = await sequencesOf(engine, reading, { ...given({ onDownload }), signal });
  const subjects: Subject[] = [];
  try {
    for (const sae of saes) subjects.push(await subjectOf(sae, { ...given({ device, threads }), signal }));
    return await evaluate(engine, sequences, subjects, { signal, onProgress });
  } finally {
    for (const { reconstruction } of subjects) await reconstruction.dispose();
  }
}

async function evaluate(
  engine: Engine,
  sequences: readonly Int32Array[],
  subjects: readonly Subject[],
  { signal, onProgress }: Pick<QualityOptions, "signal" | "onProgress">,
): Promise<SaeQuality[]> {
  const chunks = chunksOf(sequences, SEQUENCES_AT_ONCE);
  const longest = Math.max(...sequences.map(({ length }) => length));
  const comparable = Math.floor(LOGITS_BYTES / (longest * engine.model.info.nVocab * 4));
  const atOnce = Math.min(SEQUENCES_AT_ONCE, Math.max(1, comparable));
  const compared = chunksOf([...sequences.entries()], atOnce);
  const total = chunks.length + compared.length * (1 + N_WAYS * subjects.length);
  let done = 0;
  const tell = (n: number) => onProgress?.({ step: "quality of SAEs", done: (done += n), total, unit: "batches" });
  const baseline = noLoss();
  tell(0);
  for (const chunk of chunks) {
    await measureRows(engine, chunk, subjects, baseline, signal);
    tell(1);
  }
  const every = Math.ceil(baseline.predictions / KL_PREDICTIONS);
  for (const chunk of compared) {
    const picked = chunk.map(([index]) => index % every === 0);
    const ofPicked = chunk.filter((_, i) => picked[i]).map(([, sequence]) => sequence);
    const whole = await readSequences(engine, ofPicked, undefined, () => ({ logits: "prompt" }), signal);
    const logits = picked.map((is) => (is ? whole.shift()!.logits : undefined));
    tell(1);
    for (const subject of subjects) {
      await measureReplaced(engine, { sequences: chunk.map(([, sequence]) => sequence), logits }, subject, signal);
      tell(N_WAYS);
    }
  }
  return subjects.map((subject) => qualityOf(subject, baseline));
}

interface Reading extends SequenceReading {
  readonly tokens: number;
}

/** As many as have the tokens that are asked for, or all there are. */
async function sequencesOf({ model }: Engine, reading: Reading, options: DownloadOptions): Promise<Int32Array[]> {
  const sequences: Int32Array[] = [];
  let nTokens = 0;
  for await (const sequence of textSequences(model, reading, options)) {
    nTokens += sequence.length;
    sequences.push(sequence);
    if (nTokens >= reading.tokens) break;
  }
  if (sequences.length > 0) return sequences;
  throw datasetError({ path: reading.texts.join(", ") }, "expected a text of at least 16 tokens, found none");
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, i) => i * size);
  return starts.map((start) => items.slice(start, start + size));
}
