import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { SteeringError } from "../errors";
import { readJson, writeJson } from "../files/json";
import { type ModelIdentity, modelIdentity, modelIdentitySchema } from "../model/identity";
import type { Model } from "../model/model";
import { defaultProducts, productsUsed } from "../model/products";
import { loadAddon } from "../native/load";
import { VERSION } from "../version";
import type { ResolvedTrainOptions } from "./options";

export const RECORD_FILE = "training.json";

export const trainRecord = z.object({
  format: z.literal(1),
  versions: z.object({ corrsteer: z.string(), llamaCpp: z.string() }),
  model: modelIdentitySchema,
  /** SHA-256 of the token ids of all sequences that are read, in their order. */
  textSha256: z.string(),
  options: z.record(z.string(), z.json()),
});

/** All that decides what a training gives, but for the number of threads: two with equal records are one. */
export interface TrainRecord {
  readonly format: 1;
  readonly versions: { readonly corrsteer: string; readonly llamaCpp: string };
  readonly model: ModelIdentity;
  readonly textSha256: string;
  readonly options: ReturnType<typeof recorded>;
}

export async function recordOf(model: Model, options: ResolvedTrainOptions, textSha256: string): Promise<TrainRecord> {
  return {
    format: 1,
    versions: { corrsteer: VERSION, llamaCpp: loadAddon().loadedRelease },
    model: await modelIdentity(model, { signal: options.signal }),
    textSha256,
    options: recorded(model, options),
  };
}

function recorded(model: Model, options: ResolvedTrainOptions) {
  const { layers, dSae, k, activation, tokens, epochs, batchRows, bufferRows, learningRate, seed, storage } = options;
  const { nested } = options;
  const { sequenceTokens, chatShare } = options;
  const { threads: _, products = defaultProducts(model.info), ...engine } = options.engine;
  return {
    ...{ layers, dSae, k, activation, tokens, epochs, batchRows, bufferRows, learningRate, seed, storage },
    ...(nested.length > 0 && { nested }),
    ...{ sequenceTokens, chatShare, engine: { ...engine, products: productsUsed(products) } },
  };
}

/**
 * Begins a training in a folder, or finds the same one there.
 *
 * @throws ERR_RUN_MISMATCH for a folder of another training, or of other things; ERR_FILE_FORMAT, ERR_FILE_WRITE
 */
export async function beginRecord(directory: string, record: TrainRecord): Promise<void> {
  const path = join(directory, RECORD_FILE);
  if (!existsSync(path)) {
    const found = (await readdir(directory)).filter((name) => name !== "lock" && !name.startsWith("."));
    if (found.length > 0) throw mismatch(directory, `is not empty: it holds ${found.slice(0, 3).join(", ")}`);
    await writeJson(path, record);
    return;
  }
  const begun = await readJson(path, trainRecord);
  const now = JSON.parse(JSON.stringify(record)) as typeof begun;
  if (isDeepStrictEqual(begun, now)) return;
  throw mismatch(directory, `has a training that differs in ${differences(begun, now).join(", ")}`);
}

function mismatch(directory: string, what: string): SteeringError {
  return new SteeringError("ERR_RUN_MISMATCH", `${directory} ${what}. Use another folder`, { directory });
}

function differences({ options, ...begun }: object & { options: object }, now: object & { options: object }): string[] {
  const { options: options_, ...rest } = now;
  return [...differing(begun, rest), ...differing(options, options_)];
}

function differing(left: object, right: object): string[] {
  const [a, b] = [left, right] as Record<string, unknown>[];
  return Object.keys({ ...a, ...b }).filter((key) => !isDeepStrictEqual(a![key], b![key]));
}
