import { askQuestion, type Question } from "../../ask/answer";
import { ReceiptSum } from "../../ask/receipt";
import { type NamedRun, runAll } from "../../ask/run-all";
import type { Arm } from "../../ask/run-arms";
import type { Sample } from "../../data/sample";
import type { Engine } from "../../model/engine";
import type { WorkOptions } from "../../progress";
import { inOrders } from "../../prompt/option-orders";
import { quantity } from "../../quantity";
import type { Task } from "../../tasks/task";
import type { EvaluatedSample } from "../evaluated-sample";

/** A question whose options change places. */
export interface OrderedSample {
  readonly sample: Sample;
  /** Of each order: where, among the choices, the gold option stands; then those that it changes places with. */
  readonly places: number[][];
}

/** What one arm makes of the questions. */
export interface OrderedOutcome {
  readonly arm: Arm;
  /** Of each question and order: the natural logarithm of each choice's probability as the answer's first token. */
  readonly logProbabilities: number[][][];
}

/** Questions that were asked in several orders, and what each arm makes of them. */
export interface AnswersInOrders {
  readonly questions: readonly OrderedSample[];
  readonly outcomes: readonly OrderedOutcome[];
}

/** Questions in the engine's queue at once. */
const WINDOW = 64;

/**
 * Puts every question whose options can change places in each of their orders. All arms of an order are forks of one prompt;
 * the orders of a question are prompts of their own, which share what stands before the options.
 *
 * @throws ERR_HOOK_POINT when an arm with steering steered no row of one of its layers; as `runAll`
 */
export async function askInOrders(
  engine: Engine,
  task: Task,
  samples: readonly Sample[],
  arms: readonly Arm[],
  { onProgress, signal }: WorkOptions = {},
): Promise<AnswersInOrders> {
  const questions: OrderedSample[] = [];
  const outcomes = arms.map((arm) => ({ arm, logProbabilities: [] as number[][][] }));
  const receipts = arms.map(({ name, steering }) => new ReceiptSum(name, steering?.layers ?? []));
  const total = samples.length;
  const step = `${quantity(arms.length, "arm")} x ${quantity(total, "question")}, options in other orders`;
  const report = (done: number) => onProgress?.({ step, done, total, unit: "questions" });
  report(0);
  for (let first = 0; first < total; first += WINDOW) {
    const window = samples.slice(first, first + WINDOW).map((sample) => ({ sample, orders: inOrders(sample) }));
    const runs = window.flatMap(({ orders }) =>
      orders.map(({ sample }) => ({
        ...runOf(askQuestion(engine.model, task, sample), arms),
        part: 1 / orders.length,
      })),
    );
    let done = first;
    const onDone = (index: number) => report((done += runs[index]!.part));
    const results = await runAll(engine, runs, { onDone, signal });
    report(first + window.length);
    for (const { sample, orders } of window.filter(({ orders }) => orders.length > 0)) {
      const ofQuestion = results.splice(0, orders.length);
      questions.push({ sample, places: orders.map(({ places }) => places) });
      for (const [a, { logProbabilities }] of outcomes.entries()) {
        const ofArm = ofQuestion.map(({ branches }) => branches[a]!);
        logProbabilities.push(ofArm.map(({ choiceLogProbabilities }) => [...choiceLogProbabilities]));
        for (const { receipt } of ofArm) receipts[a]!.add(receipt);
      }
    }
  }
  for (const receipt of receipts) receipt.total();
  return { questions, outcomes };
}

function runOf({ sample, prompt, choiceTokens }: Question, arms: readonly Arm[]): NamedRun {
  const branches = arms.map(({ steering }) => ({ maxTokens: 1, choiceTokens, ...(steering && { steering }) }));
  return { name: `sample ${sample.id}`, prompt, branches };
}

/** By question, as `evaluation-samples.jsonl` has them. */
export function answersByQuestion({
  questions,
  outcomes,
}: AnswersInOrders): Map<Sample, NonNullable<EvaluatedSample["orders"]>> {
  const ofArms = (q: number) => outcomes.map(({ arm, logProbabilities }) => [arm.name, logProbabilities[q]!] as const);
  return new Map(
    questions.map(({ sample, places }, q) => [sample, { places, logProbabilities: Object.fromEntries(ofArms(q)) }]),
  );
}
