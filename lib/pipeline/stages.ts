import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { collect, type Collection } from "../collect/collect";
import type { CollectOptions } from "../collect/options";
import { splitCounts } from "../data/split";
import { invalidArgument, SteeringError } from "../errors";
import { checkScales } from "../evaluate/arms";
import { evaluate, type EvaluatedRun, type EvaluateOptions } from "../evaluate/evaluate";
import { loadProfile, type SteeringProfile } from "../profile/profile";
import type { SaeOptions } from "../sae/sae";
import { checkVariants, DEFAULT_VARIANTS, select, type SelectedProfile } from "../select/select";
import { VARIANTS, type Variant } from "../select/selection";
import { requireSamples } from "../tasks/require-samples";
import { randomControls, resolveControls, resolveRandomDraws, type Control } from "./controls";
import type { Inputs } from "./inputs";
import { pick } from "./pick";

export interface StageOptions {
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const COLLECT_OPTIONS = ["keep", "positions", "pooling", "steerPooling", "convention", "chunkSamples"] as const;

/** What of a collection is not part of the setup. */
export interface CollectSettings extends Pick<CollectOptions, (typeof COLLECT_OPTIONS)[number]> {
  /** How the SAEs' encoders are kept. @default "f32" */
  readonly weightType?: NonNullable<SaeOptions["weightType"]>;
}
export const COLLECT_SETTINGS = [...COLLECT_OPTIONS, "weightType"] as const satisfies (keyof CollectSettings)[];

export type CollectStageOptions = StageOptions & CollectSettings;

/**
 * Collects the questions to select on; `run.json` keeps the setup. Of all layers the official convention leaves out layer
 * 0, as the published code does.
 *
 * @throws as `collect`
 */
export async function collectStage(
  { model, saes, task, split, engine, setup }: Inputs,
  directory: string,
  options: CollectStageOptions = {},
): Promise<Collection> {
  const fromFirst = options.convention === "official" && setup.layers === "all";
  const used = fromFirst ? saes.filter(({ config }) => config.hook.layer > 0) : saes;
  if (used.length === 0) throw invalidArgument("layers", "0, which the official convention leaves out of all", "all");
  return collect(model, used, task, {
    ...pick(options, [...COLLECT_OPTIONS, "onProgress", "signal"]),
    directory,
    samples: split.train,
    engine,
    sae: { device: setup.device, ...pick(setup, ["threads"]), ...pick(options, ["weightType"]) },
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

/** Evaluates a run's profiles on the questions that nothing was chosen on. @throws as `evaluate` */
export async function evaluateStage(
  inputs: Inputs,
  directory: string,
  options: EvaluateStageOptions = {},
): Promise<EvaluatedRun> {
  const { model, task, split, engine, setup } = inputs;
  const { variants, scales, onProgress, signal } = options;
  const controls = resolveControls(options.controls, split, task);
  const nDraws = resolveRandomDraws(options.randomDraws);
  const profiles = await readProfiles(directory, variants);
  return evaluate(model, task, {
    directory,
    samples: split.test,
    profiles,
    controls: controls.includes("random") ? await randomControls(inputs, directory, profiles, { nDraws, signal }) : [],
    constrained: controls.includes("constrained"),
    engine,
    seed: setup.seed,
    about: { questions: splitCounts(split) },
    ...(scales && { scales }),
    onProgress,
    signal,
  });
}

/** What selection and evaluation would refuse, said before a long collection. @throws as they do */
export function checkLaterStages(
  { task, split }: Inputs,
  { variants = DEFAULT_VARIANTS, scales = [], controls, randomDraws }: EvaluateStageOptions,
): void {
  checkVariants(variants);
  checkScales(scales);
  resolveControls(controls, split, task);
  resolveRandomDraws(randomDraws);
  if (variants.includes("P")) requireSamples(task, split.validation, "to validate on");
  requireSamples(task, split.test, "to evaluate on");
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
