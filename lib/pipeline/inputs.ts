import { given } from "../options/given";
import type { Sample } from "../data/sample";
import type { Split } from "../data/split";
import { invalidArgument } from "../errors";
import type { DownloadOptions, Planned } from "../hub/fetch-files";
import { type Fetched, planModel, whatIsHere } from "../hub/fetch-model";
import { loadUnknown } from "../model/load-unknown";
import { tryDevices } from "../model/verify/devices";
import { resolveDevice } from "../native/devices";
import type { EngineOptions } from "../model/options";
import { defaultProducts } from "../model/products";
import type { Model } from "../model/model";
import { afterInstruction } from "../prompt/ask";
import { ChatTemplate } from "../prompt/chat-template";
import { planSaes, type PlannedSaes } from "../sae/fetch-saes";
import type { SaeFolder, StoredSae } from "../sae/folder";
import { residualBases } from "../sae/residual-basis";
import { assertSaesFit, findSaes, saesOfLayers } from "../sae/set";
import { askTask } from "../tasks/asked";
import { configureTask } from "../tasks/configure";
import { fetchData } from "../tasks/fetch-data";
import { findTask } from "../tasks/find-task";
import type { Task } from "../tasks/task";
import { type AheadOptions, lookAhead, type Plan } from "./ahead";
import { askQuestions, readQuestions, type Questions } from "./questions";
import type { Setup } from "./setup-options";

/** A setup's model and questions. */
export interface Asking extends AsyncDisposable {
  readonly setup: Setup;
  readonly model: Model;
  readonly task: Task;
  readonly split: Split;
  readonly engine: EngineOptions;
  /** The test questions once more, each after an instruction. */
  readonly testAfter: (instructionOf: (sample: Sample) => string) => Sample[];
}

/** To hear of a run before it begins; then how it collects has to be known too. */
export type InputOptions = DownloadOptions & AheadOptions & Partial<Pick<Plan, "settings" | "isWhole">>;

/** A setup, opened. */
export interface Inputs extends Asking {
  readonly saes: readonly SaeFolder[];
}

/**
 * Finds the SAEs and the task, reads and splits the questions, loads the model: in this order, so that what is wrong
 * with the cheap parts is said first.
 *
 * @throws ERR_SAE_FORMAT, ERR_SHAPE_MISMATCH, ERR_INVALID_ARGUMENT, ERR_DATASET_FORMAT, ERR_TASK, ERR_MODEL_LOAD,
 * ERR_CHAT_TEMPLATE
 */
export async function openInputs(setup: Setup, options: InputOptions = {}): Promise<Inputs> {
  const { onAhead, settings = {}, isWhole = false, ...work } = options;
  const saes = setup.basis === "sae" ? await planStored(setup, work) : undefined;
  let found = saes?.missingBytes === 0 ? await storedSaes(saes, setup) : undefined; // what is wrong here costs no download
  const model = await planModel(setup.model, work);
  let isTold = onAhead === undefined;
  const tell = async (model: Planned<Fetched>) => {
    if (isTold) return;
    const ahead = await lookAhead({
      setup,
      settings,
      isWhole,
      task: await openTask(setup),
      model,
      saes,
      found: found?.saes,
    });
    isTold = ahead.memory !== undefined;
    onAhead?.(ahead);
  };
  await tell(model);
  if (saes) found ??= await storedSaes(saes, setup);
  const asking = await openAsking({ ...setup, ...found?.setup }, work, {
    model,
    onFetched: (model) => tell(whatIsHere(model)),
  });
  try {
    const saes = found?.saes ?? residualBases(asking.model.info, setup.layers);
    assertSaesFit(saes, asking.model.info);
    return { ...asking, saes };
  } catch (error) {
    await asking[Symbol.asyncDispose]();
    throw error;
  }
}

/** What is known already of a setup's model. */
interface PlannedAsking {
  readonly model?: Planned<Fetched>;
  /** Called before it is loaded. */
  readonly onFetched?: (fetched: Fetched) => Promise<void>;
}

/** Reads and splits the questions, and loads the model. @throws as `openInputs` */
export async function openAsking(
  setup: Setup,
  options: DownloadOptions = {},
  { model: planned, onFetched }: PlannedAsking = {},
): Promise<Asking> {
  const { onProgress, signal } = options;
  const { task, data, questions } = await openQuestions(setup, options);
  await task.scorers[0].prepare?.(options);
  const { threads, contextTokens, gpuLayers, adapters, verify } = setup;
  if (verify !== "never") await tryDevices({ signal });
  const device = resolveDevice(setup.device);
  const fetched = await (planned ?? (await planModel(setup.model, options))).fetch();
  await onFetched?.(fetched);
  const { path, reference } = fetched;
  const onFraction = (fraction: number) =>
    onProgress?.({ step: "loading the model", done: Math.round(100 * fraction), total: 100, unit: "%" });
  onFraction(0); // a file that is not known yet is looked at first, which may take as long
  const model = await loadUnknown(path, { device, gpuLayers, adapters, verify, onProgress: onFraction, signal });
  try {
    const { promptStyle, chainOfThought: reasoning } = setup;
    const chat = promptStyle === "chat" ? ChatTemplate.of(model, { reasoning }) : undefined;
    const split = askQuestions(questions, chat);
    const testAfter: Inputs["testAfter"] = (instructionOf) => {
      const test = questions.split.test.map((sample) => afterInstruction(sample, instructionOf(sample)));
      return askQuestions({ ...questions, split: { ...split, train: [], validation: [], test } }, chat).test;
    };
    const { products = defaultProducts(model.info), ...others } = setup;
    const engine = given({ threads, contextTokens, products });
    return {
      setup: { ...others, device, model: reference, data, products },
      model,
      task,
      split,
      engine,
      testAfter,
      [Symbol.asyncDispose]: () => model.dispose(),
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** Questions before they are put in the model's own form. */
interface OpenQuestions {
  readonly task: Task;
  /** What stands for what the task read, for good. */
  readonly data: string;
  readonly questions: Questions;
}

/** A setup's task and its questions, which are downloaded first where they are not here. @throws as `openInputs` */
export async function openQuestions(setup: Setup, options: DownloadOptions): Promise<OpenQuestions> {
  const task = await openTask(setup);
  const { path, reference } = await fetchData(task, setup.data, options);
  const questions = await readQuestions(task, { ...setup, data: path }, options.signal);
  return { task, data: reference, questions };
}

async function openTask(setup: Setup): Promise<Task> {
  const { scorer, constrained, maxTokens } = setup;
  return configureTask(askTask(await findTask(setup.task), setup), given({ scorer, constrained, maxTokens }));
}

async function planStored({ sae, layers }: Setup, options: DownloadOptions): Promise<PlannedSaes> {
  if (sae === undefined) throw invalidArgument("sae", 'a folder with SAEs, or basis "residual" (--raw)', sae);
  return await planSaes(sae, { layers, ...options });
}

/** Downloads those that are not here. */
async function storedSaes(
  planned: PlannedSaes,
  { layers }: Setup,
): Promise<{ readonly saes: StoredSae[]; readonly setup: Pick<Setup, "sae"> }> {
  const { source, reference } = await planned.fetch();
  const saes = saesOfLayers(await findSaes(source, { layers }), layers);
  return { saes, setup: { sae: typeof reference === "string" ? reference : [...reference] } };
}
