import { z } from "zod";
import type { Look } from "../ask/look";
import { requireSamples, requireScorable } from "../ask/require-samples";
import type { Sample } from "../data/sample";
import { invalidArgument } from "../errors";
import type { EngineOptions } from "../model/options";
import { callback, integer, list, oneOf, text, yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { workOptions } from "../progress";
import { KEEPS, POOLINGS, POSITIONS, type RunManifest } from "../run/manifest";
import { CONVENTIONS } from "../sae/convention";
import { saeOptions, type SaeOptions } from "../sae/options";
import type { Task } from "../tasks/task";
import { asNothingIsWritten, triesChoices } from "../tasks/tries-choices";
import { heldRun } from "../run/lock";

/**
 * Bytes that SAEs and residual rows may wait in: a GiB in all beside the layer that encodes. Reading an encoder again is a
 * hundredth of what a CPU takes for a chunk; a GPU is fast enough for it to matter.
 */
const SPOOL = 2 ** 29;
/** Of them, rows of a chunk of written answers that is larger than it need be. */
const CHUNK_ROWS = 2 ** 28;
const FEWEST_WRITTEN = 64;
const MOST_WRITTEN = 256;
export const HOST_SAES = 2 ** 29;
export const DEVICE_SAES = 2 ** 32;

/** What of the answers is kept. */
const keptOptions = z.object({
  convention: option(
    "where SAEs read and steer: their own hook point, or as the published code does",
    oneOf(CONVENTIONS).default("sae"),
  ),
  keep: option("keep pooled activations, or the moments of each feature alone", oneOf(KEEPS).default("sparse"), {
    more: "Moments are O(d_sae) a layer, whatever the number of samples.",
  }),
  positions: option(
    "pool where the answer was chosen, or over all tokens of prompt and answer",
    oneOf(POSITIONS).default("generated"),
    { more: "The last token and one that begins a sequence are none of them." },
  ),
  pooling: option("over an answer's positions", oneOf(POOLINGS).exactOptional(), { otherwise: "the task's" }),
  steerPooling: option("the same, for coefficients", oneOf(POOLINGS).exactOptional(), { otherwise: "as pooling" }),
  chunkSamples: option("questions between two points that a stopped run can go on from", integer(1).exactOptional(), {
    otherwise: "128; 64 to 256 where answers are generated, 64 where whole choices are tried, 16 with all positions",
    more: "Of generated answers the more, the less their residual rows take: the last ones of a chunk are written by themselves.",
  }),
});

const strictOption = z.object({
  strict: option(
    "stop where the first 20 answers look as if asking or scoring fails: few are readable, none is right, or all are",
    yesOrNo().default(false),
  ),
});

export const firstAnswersOption = z.object({
  onFirstAnswers: option("told what the first 20 answers look like", callback<(look: Look) => void>().optional(), {
    more: "Called as soon as the first 32 are scored, before the long part; not for a run that is complete.",
  }),
});

/**
 * To hear of the first answers.
 * @interface
 */
export type FirstAnswersOptions = Given<typeof firstAnswersOption>;

/** What of a collection is not part of the setup. */
export const collectSettings = z.object({
  ...keptOptions.shape,
  ...saeOptions.pick({ weightType: true }).shape,
  ...strictOption.shape,
});

/** @interface */
export type CollectSettings = Given<typeof collectSettings>;

const collectOptions = z.object({
  directory: option("the run directory: a new one, or one to go on with", text("the path of a folder")),
  samples: option("the questions to ask, in order", list(z.custom<Sample>(), "a list of samples")),
  ...keptOptions.shape,
  engine: z.custom<EngineOptions>().exactOptional(),
  sae: z.custom<SaeOptions>().exactOptional(),
  saeMemoryBytes: option(
    "SAEs are kept from chunk to chunk while they fit into this, else one is in memory at a time",
    integer(0).exactOptional(),
    { otherwise: "0.5 GiB, and 4 GiB of a GPU's own memory" },
  ),
  spoolMemoryBytes: option("residual rows beyond this wait in a file in the run directory", integer(0).default(SPOOL)),
  environment: option(
    "recorded in run.json, never compared",
    z.custom<Readonly<RunManifest["environment"]>>().exactOptional(),
  ),
  ...strictOption.shape,
  ...firstAnswersOption.shape,
  ...heldRun.shape,
  ...workOptions.shape,
});

/**
 * What to ask, and what of the answers to keep.
 * @interface
 */
export type CollectOptions = Given<typeof collectOptions>;

/** @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE, ERR_DATASET_FORMAT without samples */
export function resolveCollectOptions(options: CollectOptions, task: Task) {
  refuseUnknown(options, collectOptions);
  if (options.sae) refuseUnknown(options.sae, saeOptions);
  const { pooling = task.pooling, ...resolved } = resolveOptions(collectOptions, options);
  const { samples, positions, steerPooling = pooling } = resolved;
  const { sae, engine, environment } = options;
  requireSamples(task, samples, "to collect");
  requireScorable(task, samples);
  if (positions === "all" && triesChoices(task)) {
    throw invalidArgument("positions", `"generated", ${asNothingIsWritten(task)}`, positions);
  }
  return {
    ...resolved,
    ...{ pooling, steerPooling },
    engine: { ...engine },
    sae: resolveOptions(saeOptions, { ...sae }),
    environment: { ...environment },
  };
}
export type ResolvedCollectOptions = ReturnType<typeof resolveCollectOptions> & { readonly chunkSamples: number };

/** Tokens of a prompt that is read at all positions, about. */
const PROMPT_ROWS = 256;

/** Of the residual rows that wait in memory, at most: those of a chunk, at each of `nLayer` layers. */
export function spoolBytes(
  task: Task,
  { positions = "generated", chunkSamples }: CollectSettings,
  nLayer: number,
  nEmbd: number,
): number {
  const rowBytes = nLayer * nEmbd * 4;
  const answerRows = task.kind === "choice" && !triesChoices(task) ? 1 : task.maxTokens;
  const rows = positions === "all" ? PROMPT_ROWS + answerRows : answerRows;
  return Math.min(SPOOL, (chunkSamples ?? chunkOf(task, positions, rowBytes)) * rows * rowBytes);
}

/** Questions of a chunk unless asked otherwise. @param rowBytes of a token's residual rows, of all layers that are read */
export function chunkOf(task: Task, positions: RunManifest["positions"], rowBytes: number): number {
  if (positions === "all") return 16;
  if (triesChoices(task)) return 64;
  if (task.kind === "choice") return 128;
  const affordable = Math.floor(CHUNK_ROWS / (task.maxTokens * rowBytes));
  return Math.max(FEWEST_WRITTEN, Math.min(affordable, MOST_WRITTEN));
}
