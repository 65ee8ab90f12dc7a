import type { Sample } from "../data/sample";
import type { Branch } from "../model/branch";
import type { BranchResult, Engine, LayerReceipt } from "../model/engine";
import { runAll } from "./run-all";
import type { NativeSteering } from "../native/addon";
import { askQuestion, isFormatValid, toAnswer, type Question } from "./answer";
import { requireScorable } from "./require-samples";
import { scoreAnswers, type Scored } from "./score-answers";
import type { Task } from "../tasks/task";
import type { ArmAnswer } from "./arm-answer";
import { ReceiptSum } from "./receipt";

/** One way to answer every question. */
export interface Arm {
  readonly name: string;
  /** Undefined for an arm that is not steered. */
  readonly steering: NativeSteering | undefined;
  /** Whether the answer's first token must be that of one of the question's choices. */
  readonly constrained: boolean;
}

export interface ArmOutcome {
  readonly arm: Arm;
  /** One for each sample, in order. */
  readonly answers: ArmAnswer[];
  /** What was added to each layer, over all answers. */
  readonly receipt: LayerReceipt[];
}

export interface RunArmsOptions {
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Questions in the engine's queue at once. */
const WINDOW = 256;

/**
 * Answers every question with every arm: the arms of a question are forks of one prefill, so they differ in nothing else.
 *
 * @throws ERR_HOOK_POINT when an arm with steering steered no row of one of its layers; as `runAll` and `scoreAnswers`
 */
export async function runArms(
  engine: Engine,
  task: Task,
  samples: readonly Sample[],
  arms: readonly Arm[],
  { onProgress, signal }: RunArmsOptions = {},
): Promise<ArmOutcome[]> {
  requireScorable(task, samples);
  await task.scorers[0].prepare?.({ signal });
  const answers = arms.map((): ArmAnswer[] => []);
  const receipts = arms.map(({ name, steering }) => new ReceiptSum(name, steering?.layers ?? []));
  for (let done = 0; done < samples.length; done += WINDOW) {
    const questions = samples.slice(done, done + WINDOW).map((sample) => askQuestion(engine.model, sample));
    const runs = questions.map((question) => ({
      name: `sample ${question.sample.id}`,
      prompt: question.prompt,
      branches: arms.map((arm) => branch(arm, question, task)),
    }));
    const results = await runAll(engine, runs, signal);
    for (const [a, ofArm] of answers.entries()) {
      const given = results.map(({ branches }, i) => ({ question: questions[i]!, result: branches[a]! }));
      const scorables = given.map(({ question, result }) => ({
        answer: toAnswer(question, result),
        sample: question.sample,
      }));
      const scored = await scoreAnswers(task, scorables, { signal });
      for (const [i, { question, result }] of given.entries()) {
        ofArm.push(armAnswer(question, result, scored[i]!));
        receipts[a]!.add(result.receipt);
      }
    }
    onProgress?.({ done: done + questions.length, total: samples.length });
  }
  return arms.map((arm, a) => ({ arm, answers: answers[a]!, receipt: receipts[a]!.total() }));
}

function branch({ steering, constrained }: Arm, { choiceTokens }: Question, task: Task): Branch {
  return {
    maxTokens: task.maxTokens,
    stop: task.stop,
    choiceTokens,
    ...(steering && { steering }),
    ...((constrained || task.constrained) && { allowedFirstTokens: choiceTokens }),
  };
}

function armAnswer(question: Question, result: BranchResult, scored: Scored): ArmAnswer {
  const { margin } = toAnswer(question, result);
  const formatValid = isFormatValid(result.text, question.sample);
  return {
    completion: result.text,
    ...scored,
    generatedTokens: result.tokens.length,
    stopReason: result.stopReason,
    ...(margin !== undefined && { margin }),
    ...(formatValid !== undefined && { formatValid }),
  };
}
