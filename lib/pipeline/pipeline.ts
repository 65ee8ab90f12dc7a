import type { EvaluatedRun } from "../evaluate/evaluate";
import { checkKept, resolveRankOptions, type RankOptions } from "../rank/options";
import { rank } from "../rank/rank";
import { CHOICE_SETTINGS, type ChoiceOptions } from "../select/options";
import { lockRun, type HeldRun, type RunLock } from "../run/lock";
import { CONTROL_SETTINGS } from "../evaluate/controls/options";
import type { Progress, WorkOptions } from "../progress";
import { openInputs } from "./inputs";
import { pick } from "./pick";
import { defaultDirectory, resolveSetup } from "./setup";
import { type SetupOptions } from "./setup-options";
import {
  checkLaterStages,
  collectStage,
  evaluateStage,
  selectStage,
  COLLECT_SETTINGS,
  type CollectSettings,
  type EvaluateStageOptions,
} from "./stages";

export type Stage = "collect" | "rank" | "select" | "evaluate";

/** How far a stage is. */
export interface PipelineProgress extends Progress {
  readonly stage: Stage;
}

/** Options of the whole job: what the run is made of, and those of its stages. */
export interface PipelineOptions
  extends
    SetupOptions,
    CollectSettings,
    ChoiceOptions,
    Omit<EvaluateStageOptions, keyof (WorkOptions & HeldRun) | keyof ChoiceOptions>,
    HeldRun {
  /** The run directory: a new one, or one to go on with. @default `runs/<task>-<model>-<seed>` */
  readonly directory?: string;
  /** How features are ranked. @default as the run is seeded and threaded, else as `rank` does */
  readonly rank?: Omit<RankOptions, keyof WorkOptions>;
  readonly onProgress?: (progress: PipelineProgress) => void;
  /** Called at the end, while the run is still held: for what else is to be written into it, such as its report. */
  readonly onEvaluated?: (run: EvaluatedRun, lock: RunLock) => Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * The whole job: collect, rank, select, evaluate. A run that was stopped goes on where its collection stopped.
 *
 * @throws as the stages do
 */
export async function runPipeline(options: PipelineOptions): Promise<EvaluatedRun> {
  const { onProgress, signal } = options;
  const controls = pick(options, CONTROL_SETTINGS);
  const setup = resolveSetup(options);
  const choice = pick(options, CHOICE_SETTINGS);
  const directory = options.directory ?? defaultDirectory(setup);
  const during = (stage: Stage): WorkOptions => ({
    onProgress: onProgress && ((progress) => onProgress({ stage, ...progress })),
    signal,
  });
  const { seed, threads } = setup;
  const ranking = { seed, ...(threads !== undefined && { threads }), ...options.rank, ...during("rank") };
  checkKept(resolveRankOptions(ranking), options.keep ?? "sparse"); // before a long collection
  await using inputs = await openInputs(setup, during("collect"));
  await checkLaterStages(inputs, {
    ...choice,
    ...controls,
    permuted: options.keep !== "moments" && ranking.permutations !== 0,
  });
  using lock = await lockRun(directory, options.lock); // one for all stages: nobody comes between them
  await collectStage(inputs, directory, { ...pick(options, COLLECT_SETTINGS), ...during("collect"), lock });
  await rank(directory, { ...ranking, lock });
  const selected = await selectStage(inputs, directory, { ...choice, ...during("select"), lock });
  const evaluated = await evaluateStage(inputs, directory, {
    variants: selected.map(({ variant }) => variant),
    ...controls,
    ...during("evaluate"),
    lock,
  });
  await options.onEvaluated?.(evaluated, lock);
  return evaluated;
}
