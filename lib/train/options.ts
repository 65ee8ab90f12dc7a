import { z } from "zod";
import { outOfRange } from "../errors";
import type { EngineOptions } from "../model/options";
import { callback, integer, layerList, list, number, oneOf, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { workOptions } from "../progress";
import { STORAGES } from "../sae/storage";
import { textOptions, tokensOption } from "../text/options";
import type { TrainPlan } from "./ahead";

const ACTIVATIONS = ["batchtopk", "topk"] as const;
const WIDTH = /^([1-9]\d*(?:\.\d+)?)(x?)$/;
const A_WIDTH = "a number of features, or times the width of the residual stream as in 8x";
const SOME_FEATURES = "at least one feature";
const SOME_NUMBERS = "ascending numbers of features";
const SOME_SECONDS = "at least 0";
const A_RATE = "a positive number";

export const trainFolder = z.object({
  directory: option("folder of the SAEs: a new one, or one to go on with", text("the path of a folder"), {
    flag: "out",
    value: "folder",
    reads: "path",
  }),
});

/** What is trained, on how much, and how; all but the text. */
export const trainSettings = z.object({
  layers: option("layers whose output is read: all, or some such as 0,3,5-9", layerList().default("all"), {
    value: "list",
    reads: "layers",
  }),
  width: option(`features of each SAE: ${A_WIDTH}`, text(A_WIDTH).regex(WIDTH, A_WIDTH).default("8x")),
  k: option(
    "features that are active on a token, in the mean",
    number(SOME_FEATURES).min(1, SOME_FEATURES).default(32),
  ),
  activation: option("which are: the largest of a batch, or of each token", oneOf(ACTIVATIONS).default("batchtopk"), {
    more: "The first is saved as JumpReLU with one learned threshold (arXiv 2412.06410), the other as top-k (arXiv 2406.04093).",
  }),
  nested: option(
    "numbers of first features that reconstruct by themselves too, such as 512,1024,2048",
    list(integer(1), SOME_NUMBERS).default([]),
    { otherwise: "none", more: "So the first ones are the most general (Matryoshka, arXiv 2503.17547)." },
  ),
  tokens: tokensOption(2e6),
  epochs: option("how often the texts are read, at most", integer(1).default(1)),
  batchRows: option("tokens of a step", integer(1).default(1024)),
  bufferRows: option("tokens that are read before they are trained on, in random order", integer(1).default(2 ** 15), {
    more: "Of each layer these residual rows are in memory.",
  }),
  learningRate: option("of Adam, at its highest", number(A_RATE).positive(A_RATE).exactOptional(), {
    otherwise: "0.0013 sqrt(16384 / features), at most 0.003",
    more: "It rises in the first twentieth of all steps and falls to 0 in the last fifth.",
  }),
  seed: option("of everything that is drawn", integer(0).default(0)),
  checkpointSeconds: option(
    "seconds between two points that a killed training can go on from",
    number(SOME_SECONDS).min(0, SOME_SECONDS).default(300),
    { more: "One that is interrupted writes where it is before it ends." },
  ),
  storage: option("type of the matrices that are written", oneOf(STORAGES).default("f16")),
});

const trainOptions = z.object({
  ...trainFolder.shape,
  ...textOptions.shape,
  ...trainSettings.shape,
  engine: z.custom<EngineOptions>().exactOptional(),
  onPlan: option("told what is known before a model reads anything", callback<(plan: TrainPlan) => void>().optional()),
  ...workOptions.shape,
});

/**
 * What to train on, and what for.
 * @interface
 */
export type TrainOptions = Given<typeof trainOptions>;
export type ResolvedTrainOptions = ReturnType<typeof resolveTrainOptions>;

/** @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE */
export function resolveTrainOptions(options: TrainOptions, { nLayer, nEmbd }: { nLayer: number; nEmbd: number }) {
  refuseUnknown(options, trainOptions);
  const { layers, width, ...resolved } = resolveOptions(trainOptions, options);
  const chosen =
    layers === "all" ? Array.from({ length: nLayer }, (_, layer) => layer) : [...new Set(layers)].sort(asc);
  const stray = chosen.find((layer) => layer >= nLayer);
  if (stray !== undefined) throw outOfRange("layers", `integers in [0, ${nLayer})`, stray);
  const dSae = featuresOf(width, nEmbd);
  if (resolved.k > dSae) throw outOfRange("k", `at most the ${dSae} features of an SAE`, resolved.k);
  const outOfPlace = resolved.nested.find((end, i, all) => end <= (all[i - 1] ?? 0) || end >= dSae);
  if (outOfPlace !== undefined)
    throw outOfRange("nested", `ascending numbers below ${dSae}, an SAE's features`, outOfPlace);
  const { batchRows } = resolved;
  const batches = Math.min(Math.round(resolved.bufferRows / batchRows), Math.floor(resolved.tokens / batchRows));
  const bufferRows = Math.max(1, batches) * batchRows; // no more than is trained on
  const { learningRate = Math.min(3e-3, 1.3e-3 * Math.sqrt(16384 / dSae)) } = resolved;
  return { ...resolved, layers: chosen, dSae, bufferRows, learningRate, engine: { ...options.engine } };
}

function featuresOf(width: string, nEmbd: number): number {
  const [, number, times] = WIDTH.exec(width)!;
  return Math.round(Number(number) * (times ? nEmbd : 1));
}

const asc = (a: number, b: number) => a - b;
