import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { path, shapeOf } from "../arguments/kinds";
import { downloadOption } from "../hub/fetch-files";
import { collectSettings, firstAnswersOption } from "../collect/options";
import { work } from "../run/kinds";
import type { EvaluatedRun } from "../evaluate/evaluate";
import { given, givenOf } from "../options/given";
import { callback, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { checkKept, resolveRankOptions, type RankOptions } from "../rank/options";
import { rank } from "../rank/rank";
import { causalAheadOption } from "../select/causal-ahead";
import { choiceOptions } from "../select/options";
import { requireRunOrEmpty } from "../run/directory";
import { heldRun, lockRun, type HeldRun, type RunLock } from "../run/lock";
import { controlOptions } from "../evaluate/controls/options";
import { workOptions, type Progress, type WorkOptions } from "../progress";
import { aheadOption } from "./ahead";
import { openInputs } from "./inputs";
import { DEFAULT_DIRECTORY, defaultDirectory, resolveSetup } from "./setup";
import { setupOptions } from "./setup-options";
import { checkLaterStages, collectStage, evaluateStage, selectStage } from "./stages";

export type Stage = "collect" | "rank" | "select" | "evaluate";

/** How far a stage is. */
export interface PipelineProgress extends Progress {
  readonly stage: Stage;
}

export const pipelineOptions = z.object({
  ...setupOptions.shape,
  ...collectSettings.shape,
  ...firstAnswersOption.shape,
  ...aheadOption.shape,
  ...causalAheadOption.shape,
  ...downloadOption.shape,
  ...choiceOptions.shape,
  ...controlOptions.shape,
  directory: option("the run directory, new or to go on with", text("the path of a folder").exactOptional(), {
    flag: "out",
    value: "folder",
    otherwise: DEFAULT_DIRECTORY,
  }),
  rank: option(
    "how features are ranked",
    z.custom<Omit<RankOptions, keyof (WorkOptions & HeldRun)>>().exactOptional(),
    {
      otherwise: "as the run is seeded and threaded, else as `rank` does",
    },
  ),
  onProgress: callback<(progress: PipelineProgress) => void>().optional(),
  onEvaluated: option(
    "called at the end, while the run is still held: for what else is to be written into it, such as its report",
    callback<(run: EvaluatedRun, lock: RunLock) => Promise<void>>().optional(),
  ),
  ...heldRun.shape,
  signal: workOptions.shape.signal,
});

/**
 * Options of the whole job: what the run is made of, and those of its stages.
 * @interface
 */
export type PipelineOptions = Given<typeof pipelineOptions>;

const pipelineArguments = z.object({
  options: shapeOf({ ...work, directory: path().optional(), onEvaluated: callback().optional() }, "options by name"),
});

/**
 * The whole job: collect, rank, select, evaluate. A run that was stopped goes on where its collection stopped.
 *
 * @throws as the stages do
 */
export async function runPipeline(options: PipelineOptions): Promise<EvaluatedRun> {
  checkArguments(pipelineArguments, { options });
  refuseUnknown(options, pipelineOptions);
  const { onProgress, signal } = options;
  const setup = resolveSetup(options);
  resolveOptions(collectSettings, options); // before the model is loaded
  const choice = givenOf(choiceOptions, options);
  const controls = givenOf(controlOptions, options);
  if (options.directory !== undefined) await requireRunOrEmpty(options.directory); // as well
  const during = (stage: Stage): WorkOptions => ({
    onProgress: onProgress && ((progress) => onProgress({ stage, ...progress })),
    signal,
  });
  const { seed, threads } = setup;
  const ranking = { seed, ...(threads !== undefined && { threads }), ...options.rank, ...during("rank") };
  checkKept(resolveRankOptions(ranking), options.keep ?? "sparse"); // before a long collection
  await using inputs = await openInputs(setup, {
    ...during("collect"),
    ...givenOf(downloadOption, options),
    ...givenOf(aheadOption, options),
    settings: givenOf(collectSettings, options),
    isWhole: true,
  });
  await checkLaterStages(inputs, {
    ...choice,
    ...controls,
    ...given({ keep: options.keep }),
    permutations: ranking.permutations,
  });
  const directory = options.directory ?? defaultDirectory(inputs.setup, inputs.split.train);
  using lock = await lockRun(directory, options.lock); // one for all stages: nobody comes between them
  await collectStage(inputs, directory, {
    ...givenOf(collectSettings, options),
    ...givenOf(firstAnswersOption, options),
    ...during("collect"),
    lock,
  });
  await rank(directory, { ...ranking, lock });
  const selected = await selectStage(inputs, directory, {
    ...choice,
    ...givenOf(causalAheadOption, options),
    ...during("select"),
    lock,
  });
  const evaluated = await evaluateStage(inputs, directory, {
    variants: selected.map(({ variant }) => variant),
    ...controls,
    ...during("evaluate"),
    lock,
  });
  await inputs.model.dispose(); // a report loads one of its own: two at a time would be in memory
  await options.onEvaluated?.(evaluated, lock);
  return evaluated;
}
