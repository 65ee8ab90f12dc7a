import { existsSync } from "node:fs";
import { join } from "node:path";
import { roomFor } from "../ask/room";
import type { EvaluatedRun } from "../evaluate/evaluate";
import { EVALUATION_FILE } from "../evaluate/evaluation";
import { resolveControls } from "../evaluate/controls/options";
import type { Inputs } from "../pipeline/inputs";
import { evaluateStage, selectStage, type StageOptions } from "../pipeline/stages";
import { RANKING_FILE } from "../rank/ranking";
import { SELECTION_FILE } from "../select/selection";
import { forksOfAnswer } from "../tasks/tries-choices";
import { AnswerStore, MissingAnswers, type Share } from "./answer-store";
import { Mirror } from "./mirror";
import type { ShardPlan } from "./plan";
import type { Storage } from "./storage/storage";

/** A stage that ended early, and of how many blocks of questions answers are missing. */
export interface Waiting {
  readonly stage: "select" | "evaluate";
  readonly missing: number;
  readonly total: number;
}

/** How far the later stages came. */
export interface Later {
  readonly waiting?: Waiting;
  readonly evaluated?: EvaluatedRun;
}

export interface LaterOptions extends StageOptions {
  readonly storage: Storage;
  /** Of the blocks of questions, those to answer here. */
  readonly share: Share;
  /** @default "evaluate" */
  readonly through?: Waiting["stage"];
}

/** Whether shards have become a run that goes on: selection, or evaluation, is next. */
export function isRanked(directory: string): boolean {
  return existsSync(join(directory, RANKING_FILE)) && !existsSync(join(directory, EVALUATION_FILE));
}

/**
 * Selects and evaluates in a run directory, as far as the answers go that are there or this worker's to give. What is decided
 * on the way follows from the answers, so that all workers ask the same.
 *
 * @throws as the stages do
 */
export async function goOn(
  inputs: Inputs,
  directory: string,
  plan: ShardPlan,
  { storage, share, through = "evaluate", ...work }: LaterOptions,
): Promise<Later> {
  const { model, task, split, engine } = inputs;
  const sharedBy = (blockSamples: number, samples: typeof split.test) => {
    const forks = forksOfAnswer(task, samples);
    const openEngine = async (nArms: number) => model.createEngine(await roomFor(model, task, nArms * forks, engine));
    return new AnswerStore(blockSamples, openEngine, storage, share);
  };
  let stage: Waiting["stage"] = "select";
  try {
    if (!existsSync(join(directory, SELECTION_FILE))) {
      const shared = sharedBy(plan.blocks.validation, split.validation);
      await selectStage(inputs, directory, { ...plan.select, ...work, shared });
    }
    if (through === "select") return {};
    stage = "evaluate";
    const shared = sharedBy(plan.blocks.test, split.test);
    return { evaluated: await evaluateStage(inputs, directory, { ...plan.evaluate, ...work, shared }) };
  } catch (error) {
    if (!(error instanceof MissingAnswers)) throw error;
    return { waiting: { stage, missing: error.missing, total: error.total } };
  }
}

/** The same for a worker, which leaves the run directory to who merges. @throws as `goOn` */
export async function answerShare(
  inputs: Inputs,
  directory: string,
  plan: ShardPlan,
  options: LaterOptions,
): Promise<Later> {
  await using mirror = await Mirror.of(directory);
  const evaluate = { ...plan.evaluate, ...withoutNeutral(inputs, plan) };
  return await goOn(inputs, mirror.directory, { ...plan, evaluate }, options);
}

/** Neutral texts are no questions: they are read by who merges. */
function withoutNeutral({ split, task }: Inputs, { evaluate }: ShardPlan) {
  const { controls } = resolveControls(evaluate, split, task);
  return { controls: controls.filter((control) => control !== "neutral") };
}
