import type { Sample } from "../data/sample";
import type { Engine } from "../model/engine";
import type { LayerReceipt } from "../model/receipt";
import type { WorkOptions } from "../progress";
import { quantity } from "../quantity";
import type { Steering } from "../steering/steering";
import type { Task } from "../tasks/task";
import type { ArmAnswer } from "./arm-answer";
import { answerBlock, blockKey, byArm } from "./answer-block";
import { ask, type AskOptions } from "./ask";
import type { Way } from "./forks";
import { ReceiptSum } from "./receipt";
import { requireScorable } from "./require-samples";
import type { AnsweredBlock, SharedAnswers } from "./shared-answers";

/** One way to answer every question, by its name. */
export interface Arm extends Way {
  readonly name: string;
  /** Undefined for an arm that is not steered. */
  readonly steering: Steering | undefined;
  readonly constrained: boolean;
}

export interface ArmOutcome {
  readonly arm: Arm;
  /** One for each sample, in order. */
  readonly answers: ArmAnswer[];
  /** What was added to each layer, over all answers. */
  readonly receipt: LayerReceipt[];
}

export interface RunArmsOptions extends WorkOptions, Pick<AskOptions, "beside"> {
  /** @default the engine answers all questions */
  readonly shared?: SharedAnswers | undefined;
}

/** Questions in the engine's queue at once. */
const WINDOW = 256;

/**
 * Answers every question with every arm, as `ask` does, some questions at a time.
 *
 * @throws ERR_HOOK_POINT when an arm with steering steered no row of one of its layers; as `ask` and `SharedAnswers`
 */
export async function runArms(
  engine: Engine,
  task: Task,
  samples: readonly Sample[],
  arms: readonly Arm[],
  { beside, shared, onProgress, signal }: RunArmsOptions = {},
): Promise<ArmOutcome[]> {
  requireScorable(task, samples);
  await task.scorers[0].prepare?.({ signal });
  const answers = arms.map((): ArmAnswer[] => []);
  const receipts = arms.map(({ name, steering }) => new ReceiptSum(name, steering?.layersOfEveryAnswer ?? []));
  const total = samples.length;
  const [{ name } = { name: "" }] = arms;
  const asked = `${arms.length === 1 ? name : quantity(arms.length, "arm")} x ${quantity(total, "question")}`;
  const step = beside ? `${asked}, ${beside.what}` : asked;
  const report = (done: number) => onProgress?.({ step, done, total, unit: "questions" });
  let done = 0;
  const onDone = () => report(++done);
  report(done);
  const add = ({ answers: given, receipts: ofAnswers }: Pick<AnsweredBlock, "answers" | "receipts">) => {
    for (const a of arms.keys()) {
      answers[a]!.push(...given[a]!);
      for (const receipt of ofAnswers[a]!) receipts[a]!.add(receipt);
    }
  };
  if (shared) {
    const blocks = windows(samples, shared.blockSamples).map((window) => ({
      key: blockKey(task, window, arms, beside),
      answer: () => answerBlock(shared, task, window, arms, { beside, onDone, signal }),
    }));
    for (const [i, block] of (await shared.answersOf(blocks)).entries()) {
      add(block);
      for (const [q, { own, beside: others }] of block.beside.entries()) {
        beside?.onAnswered(samples[i * shared.blockSamples + q]!, own, others);
      }
    }
  } else {
    for (const window of windows(samples, WINDOW)) {
      add(byArm(await ask(engine, task, window, arms, { onDone, beside, signal })));
    }
  }
  return arms.map((arm, a) => ({ arm, answers: answers[a]!, receipt: receipts[a]!.total() }));
}

function windows(samples: readonly Sample[], size: number): (readonly Sample[])[] {
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, i) => samples.slice(i * size, (i + 1) * size));
}
