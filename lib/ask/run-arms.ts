import type { Sample } from "../data/sample";
import type { Engine } from "../model/engine";
import type { LayerReceipt } from "../model/receipt";
import type { WorkOptions } from "../progress";
import { quantity } from "../quantity";
import type { Steering } from "../steering/steering";
import type { Task } from "../tasks/task";
import { isFormatValid } from "./answer";
import type { ArmAnswer } from "./arm-answer";
import { ask, type Answered, type AskOptions } from "./ask";
import type { Way } from "./forks";
import { ReceiptSum } from "./receipt";
import { requireScorable } from "./require-samples";

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

export interface RunArmsOptions extends WorkOptions, Pick<AskOptions, "beside"> {}

/** Questions in the engine's queue at once. */
const WINDOW = 256;

/**
 * Answers every question with every arm, as `ask` does, some questions at a time.
 *
 * @throws ERR_HOOK_POINT when an arm with steering steered no row of one of its layers; as `ask`
 */
export async function runArms(
  engine: Engine,
  task: Task,
  samples: readonly Sample[],
  arms: readonly Arm[],
  { beside, onProgress, signal }: RunArmsOptions = {},
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
  for (let first = 0; first < total; first += WINDOW) {
    const window = samples.slice(first, first + WINDOW);
    for (const [a, ofArm] of (await ask(engine, task, window, arms, { onDone, beside, signal })).entries()) {
      answers[a]!.push(...ofArm.map(armAnswer));
      for (const { result } of ofArm) receipts[a]!.add(result.receipt);
    }
  }
  return arms.map((arm, a) => ({ arm, answers: answers[a]!, receipt: receipts[a]!.total() }));
}

function armAnswer({ sample, result, answer: { completion, margin }, scored }: Answered): ArmAnswer {
  const formatValid = isFormatValid(completion, sample);
  return {
    completion: result.text,
    ...scored,
    generatedTokens: result.tokens.length,
    stopReason: result.stopReason,
    ...(margin !== undefined && { margin }),
    ...(formatValid !== undefined && { formatValid }),
  };
}
