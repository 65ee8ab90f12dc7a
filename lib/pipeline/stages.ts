import { z } from "zod";
import { collect, type Collection } from "../collect/collect";
import type { CollectOptions, CollectSettings, FirstAnswersOptions } from "../collect/options";
import type { Sample } from "../data/sample";
import { splitCounts } from "../data/split";
import { invalidArgument } from "../errors";
import { evaluate, type EvaluatedRun } from "../evaluate/evaluate";
import { inOrders } from "../prompt/option-orders";
import { neutralPart } from "../neutral/part";
import type { WorkOptions } from "../progress";
import { requireSameRuns, sourceDirectories } from "../run/source";
import type { SaeFolder } from "../sae/folder";
import {
  requireBudget,
  requireKept,
  requireValidation,
  resolveChoice,
  variantList,
  VARIANT_FLAG,
  type ChoiceOptions,
} from "../select/options";
import type { CausalAheadOptions } from "../select/causal-ahead";
import { select, type SelectedProfile } from "../select/select";
import { requireSamples } from "../ask/require-samples";
import type { SharedAnswers } from "../ask/shared-answers";
import { lockExistingRun, type HeldRun } from "../run/lock";
import type { RunManifest } from "../run/manifest";
import { controlOptions, resolveControls, type Control, type ControlOptions } from "../evaluate/controls/options";
import { controlsOf } from "../evaluate/controls/controls";
import type { Inputs } from "./inputs";
import { given } from "../options/given";
import { type Given, option } from "../options/option";
import { resolveOptions } from "../options/resolve";
import { readRunProfiles } from "./profiles";
import { requireRoom } from "./require-room";
import { instructedQuestions, neutralTexts } from "../evaluate/controls/other-texts";
import { nullSummaryOf } from "../evaluate/null-summary";
import { requireUnseen } from "./unseen";

export interface StageOptions extends WorkOptions, HeldRun {}

/** Of stages that ask arms, which several machines may do. */
interface ArmsStageOptions extends StageOptions {
  readonly shared?: SharedAnswers | undefined;
}

export interface CollectStageOptions extends StageOptions, CollectSettings, FirstAnswersOptions {}

/**
 * Collects the questions to select on; `run.json` keeps the setup.
 *
 * @throws as `collect`
 */
export async function collectStage(
  inputs: Inputs,
  directory: string,
  options: CollectStageOptions = {},
): Promise<Collection> {
  const collection = collectionOf(inputs, options);
  return collect(inputs.model, collection.saes, inputs.task, { ...collection.options, directory });
}

/**
 * With which SAEs and options a setup is collected. Of all layers the official convention leaves out layer 0, as the
 * published code does.
 *
 * @throws ERR_INVALID_ARGUMENT where that leaves none
 */
export function collectionOf(
  { saes, split, engine, setup }: Inputs,
  { weightType, ...kept }: CollectStageOptions,
): { readonly saes: readonly SaeFolder[]; readonly options: Omit<CollectOptions, "directory"> } {
  const fromFirst = kept.convention === "official" && setup.layers === "all";
  const used = fromFirst ? saes.filter(({ config }) => config.hook.layer > 0) : saes;
  if (used.length === 0) throw invalidArgument("layers", "0, which the official convention leaves out of all", "all");
  const sae = given({ device: setup.saeDevice, threads: setup.threads, weightType });
  return { saes: used, options: { ...given(kept), samples: split.train, engine, sae, environment: setup } };
}

export interface SelectStageOptions extends ArmsStageOptions, ChoiceOptions, CausalAheadOptions {}

/** Makes the profiles, those of P, P+ and causal with the questions to validate on. @throws as `select` */
export async function selectStage(
  { model, saes, task, split, engine, setup }: Inputs,
  directory: string,
  options: SelectStageOptions = {},
): Promise<SelectedProfile[]> {
  return select(model, saes, task, {
    ...given(options),
    directory,
    samples: split.validation,
    engine,
    seed: setup.seed,
  });
}

export const evaluateSettings = z.object({
  variants: option("profiles to evaluate", variantList.exactOptional(), {
    ...VARIANT_FLAG,
    otherwise: "those selected last",
  }),
  ...controlOptions.shape,
});

export interface EvaluateStageOptions extends ArmsStageOptions, Given<typeof evaluateSettings> {}

/**
 * Evaluates a run's profiles on the questions that nothing was chosen on.
 *
 * @throws ERR_RUN_MISMATCH when the run was ranked again after selecting, or selected on test questions; as `controlsOf`
 * and `evaluate`
 */
export async function evaluateStage(
  inputs: Inputs,
  directory: string,
  options: EvaluateStageOptions = {},
): Promise<EvaluatedRun> {
  const { model, saes, task, split, engine, setup } = inputs;
  const { onProgress, signal } = options;
  const work = { onProgress, signal };
  const { variants } = resolveOptions(evaluateSettings, options);
  requireSamples(task, split.test, "to evaluate on");
  using lock = await lockExistingRun(directory, options.lock);
  const resolved = resolveControls(options, split, task);
  const { controls, controlsFor, scales, equalKl, neutralText } = resolved;
  const { profiles, selection, ...found } = await readRunProfiles(directory, variants);
  const ranking = found.ranking?.document;
  const runs = sourceDirectories(directory, found.runsNamedBy, found.runs);
  await requireUnseen(runs, split.test);
  await requireSameRuns(directory, found.runsNamedBy, found.runs);
  const instructed = controls.includes("prompt-only")
    ? instructedQuestions(task, split.test, inputs.testAfter)
    : undefined;
  await requireRoom(inputs, [...split.test, ...(instructed?.samples ?? []), ...reordered(controls, split.test)]);
  const neutral = await neutralTexts(model, resolved);
  return await evaluate(model, task, {
    directory,
    samples: split.test,
    profiles,
    ...(await controlsOf({ directory, runs, ranking, saes }, profiles, { ...resolved, seed: setup.seed, ...work })),
    controlsFor,
    scales,
    constrained: controls.includes("constrained"),
    orders: controls.includes("orders"),
    repeat: controls.includes("repeat"),
    ...(instructed && { instructed }),
    ...(neutral && { neutral }),
    ...(equalKl !== undefined && { equalKl: { nats: equalKl, neutral: await neutralPart(neutralText, "tuning") } }),
    engine,
    seed: setup.seed,
    about: {
      questions: { ...splitCounts(split), ...(ranking && { train: ranking.n }) },
      significance: ranking ? nullSummaryOf(ranking) : null,
      setup,
      ...given({ ranking: found.ranking?.sha256 ?? selection?.document.ranking, selection: selection?.sha256 }),
    },
    ...work,
    ...given({ shared: options.shared }),
    lock,
  });
}

interface LaterOptions extends ChoiceOptions, ControlOptions {
  /** What of samples is kept. @default "sparse" */
  readonly keep?: RunManifest["keep"];
  /** How often scores are permuted. @default some times */
  readonly permutations?: number | undefined;
}

/** What selection and evaluation would refuse, said before a long collection. @throws as they do */
export async function checkLaterStages(
  inputs: Inputs,
  { keep = "sparse", permutations, ...options }: LaterOptions,
): Promise<void> {
  const { task, split, testAfter } = inputs;
  const choice = resolveChoice(options);
  const { variants, significance, policy } = choice;
  requireValidation(variants, task, split.validation);
  requireBudget(choice, split.validation.length);
  requireKept(choice, keep);
  const permuted = keep === "sparse" && permutations !== 0;
  if (!permuted && significance !== "none") {
    throw invalidArgument("significance", '"none" without permuted scores, which need single samples', significance);
  }
  const { controls, equalKl, neutralText } = resolveControls(options, split, task);
  requireSamples(task, split.test, "to evaluate on");
  const instructed = controls.includes("prompt-only") ? instructedQuestions(task, split.test, testAfter).samples : [];
  await requireRoom(inputs, [...split.validation, ...split.test, ...instructed, ...reordered(controls, split.test)]);
  if (controls.includes("neutral")) await neutralPart(neutralText, "reporting");
  if (policy.kind === "kl" || equalKl !== undefined) await neutralPart(neutralText, "tuning");
}

/** The questions with their options in other orders, where they will be asked so: tokens may be other ones, and more. */
function reordered(controls: readonly Control[], samples: readonly Sample[]): Sample[] {
  return controls.includes("orders") ? samples.flatMap(inOrders).map(({ sample }) => sample) : [];
}
