import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { collect, type Collection } from "../collect/collect";
import type { CollectOptions } from "../collect/options";
import { outOfRange, SteeringError } from "../errors";
import { evaluate, type EvaluateOptions, type Evaluation } from "../evaluate/evaluate";
import { drawRandomControl, type RandomControl } from "../evaluate/random-control";
import { decoderDirections } from "../profile/directions";
import { loadProfile, type SteeringProfile } from "../profile/profile";
import type { Moments } from "../rank/moments";
import { readMoments, readShards } from "../rank/read-moments";
import { saeIdentities } from "../sae/identity";
import { select, VARIANTS, type SelectedProfile, type Variant } from "../select/select";
import { checkSame } from "../store/manifest";
import { resolveControls, type Control } from "./controls";
import type { Inputs } from "./inputs";

export interface StageOptions {
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type CollectStageOptions = StageOptions &
  Pick<CollectOptions, "keep" | "pooling" | "convention" | "chunkSamples">;

/** Collects the questions to select on; `run.json` keeps the setup. @throws as `collect` */
export async function collectStage(
  { model, saes, task, split, engine, setup }: Inputs,
  directory: string,
  { onProgress, ...options }: CollectStageOptions = {},
): Promise<Collection> {
  return collect(model, saes, task, {
    ...options,
    ...(onProgress && { onProgress }),
    directory,
    samples: split.train,
    engine,
    sae: { device: setup.device, ...(setup.threads !== undefined && { threads: setup.threads }) },
    environment: setup,
  });
}

export interface SelectStageOptions extends StageOptions {
  /** @default S, A and P */
  readonly variants?: readonly Variant[];
}

/** Makes the profiles, P's with the questions to validate on. @throws as `select` */
export async function selectStage(
  { model, saes, task, split, engine }: Inputs,
  directory: string,
  options: SelectStageOptions = {},
): Promise<SelectedProfile[]> {
  return select(model, saes, task, { ...options, directory, samples: split.validation, engine });
}

export interface EvaluateStageOptions extends StageOptions, Pick<EvaluateOptions, "scales"> {
  /** @default all that were selected */
  readonly variants?: readonly Variant[];
  /**
   * "random": each profile with random features of equal firing frequency and norm; "constrained": baseline and profiles
   * with the answer held to the choices. @default random, and constrained where all questions have choices
   */
  readonly controls?: readonly Control[];
  /** How often "random" draws features for each profile: one draw may hit a feature that matters. @default 5 */
  readonly randomDraws?: number;
}

/** Arms of a question are in the cache at once, and its sequences are 256. */
const MAX_DRAWS = 50;

/** Evaluates a run's profiles on the questions that nothing was chosen on. @throws as `evaluate` */
export async function evaluateStage(
  inputs: Inputs,
  directory: string,
  options: EvaluateStageOptions = {},
): Promise<Evaluation> {
  const { model, task, split, engine } = inputs;
  const { variants, scales, randomDraws = 5, onProgress, signal } = options;
  const controls = resolveControls(options.controls, split);
  if (!Number.isInteger(randomDraws) || randomDraws < 1 || randomDraws > MAX_DRAWS) {
    throw outOfRange("randomDraws", `an integer from 1 to ${MAX_DRAWS}`, randomDraws);
  }
  const profiles = await readProfiles(directory, variants);
  return evaluate(model, task, {
    directory,
    samples: split.test,
    profiles,
    controls: controls.includes("random") ? await randomControls(inputs, directory, profiles, options) : [],
    constrained: controls.includes("constrained"),
    engine,
    ...(scales && { scales }),
    onProgress,
    signal,
  });
}

async function readProfiles(directory: string, variants?: readonly Variant[]): Promise<SteeringProfile[]> {
  const folder = join(directory, "profiles");
  const files = await readdir(folder).catch((): string[] => []);
  const there = VARIANTS.filter((variant) => files.includes(`${variant}.steer.json`));
  const missing = variants?.find((variant) => !there.includes(variant));
  if (there.length === 0 || missing !== undefined) {
    const which = missing === undefined ? "no profile" : `no profile of variant ${missing}`;
    throw new SteeringError("ERR_RUN_INCOMPLETE", `${directory} has ${which}: run select on it`, { directory });
  }
  return Promise.all((variants ?? there).map((variant) => loadProfile(join(folder, `${variant}.steer.json`))));
}

/** A profile that steers nothing has no control. */
async function randomControls(
  { saes, setup }: Inputs,
  directory: string,
  profiles: readonly SteeringProfile[],
  { randomDraws: nDraws = 5, signal }: EvaluateStageOptions,
): Promise<RandomControl[]> {
  const shards = await readShards([directory]);
  const { manifest } = shards[0]!;
  checkSame(directory, { saes: manifest.saes }, { saes: await saeIdentities(saes, manifest.saes, signal) });
  const known = new Map<number, Moments>();
  const momentsOf = async (layer: number) => {
    const sae = manifest.saes.find((sae) => sae.layer === layer)!;
    const moments = known.get(layer) ?? (await readMoments(shards, sae));
    known.set(layer, moments);
    return moments;
  };
  const { seed } = setup;
  const directionsOf = decoderDirections(saes, { signal });
  const controls: RandomControl[] = [];
  for (const profile of profiles.filter(({ features }) => features.length > 0)) {
    controls.push(await drawRandomControl(profile, { nDraws, seed, momentsOf, directionsOf }));
  }
  return controls;
}
