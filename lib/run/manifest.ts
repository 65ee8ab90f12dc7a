import { z } from "zod";
import { count, sha256, versions } from "../files/schema";
import { modelIdentitySchema } from "../model/identity";
import { PRODUCTS_USED } from "../model/products";
import { conventionSchema } from "../sae/convention";
import { sinceSaeIds } from "../sae/before-ids";
import { saeIdentitySchema } from "../sae/identity";
import { WEIGHT_TYPES } from "../sae/options";
import { taskIdentitySchema } from "../tasks/identity";
import { differencesOf, runMismatch } from "./mismatch";

export const POOLINGS = ["max", "mean"] as const;
export const KEEPS = ["sparse", "moments"] as const;
export const POSITIONS = ["generated", "all"] as const;

export const pooling = z.enum(POOLINGS);

const manifest = z.object({
  format: z.literal(2),
  versions,
  model: modelIdentitySchema,
  saes: z.array(saeIdentitySchema).min(1),
  /** How the encoders were kept: activations depend on it. */
  saeWeightType: z.enum(WEIGHT_TYPES),
  convention: conventionSchema,
  task: taskIdentitySchema,
  /** The questions in order: `sha256` is over their ids, prompts and expected answers. */
  samples: z.object({ n: count, sha256 }),
  keep: z.enum(KEEPS),
  /** Whose activations are pooled: those that chose the answer's tokens, or all of prompt and answer. */
  positions: z.enum(POSITIONS).default("generated"),
  /** Whose products of rows with the model's weights they were computed by; runs of older versions knew one. */
  products: z.enum(PRODUCTS_USED).default("llama.cpp"),
  /** Of the activations that are correlated with the score, and of those that coefficients are made of. */
  pooling,
  steerPooling: pooling,
  chunkSamples: z.int().min(1),
  /** Recorded when the run starts, never compared: device, threads, resolved command line, ... */
  environment: z.record(z.string(), z.json()),
});
export const runManifest = z.preprocess((document) => sinceSaeIds(document, ["format", 1]), manifest);
/**
 * What a run is of (`run.json`). Two runs with equal manifests, `environment` aside, end with equal bytes.
 * @interface
 */
export type RunManifest = z.infer<typeof manifest>;

/**
 * The run of `directory` must be the one asked for, or what a later stage is given of it: model, SAEs.
 * @throws ERR_RUN_MISMATCH that names every option and field that differs
 */
export function checkSame<T extends Partial<RunManifest>>(directory: string, found: T, asked: T): void {
  const differences = differencesOf(found, asked);
  if (differences.length > 0) throw runMismatch(directory, differences);
}
