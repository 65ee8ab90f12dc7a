import { askQuestion, type Question } from "../../ask/answer";
import type { Beside } from "../../ask/ask";
import { ReceiptSum } from "../../ask/receipt";
import type { NamedRun } from "../../ask/run-all";
import type { Sample } from "../../data/sample";
import type { LoadedModel } from "../../model/loaded-model";
import { inOrders } from "../../prompt/option-orders";
import type { Task } from "../../tasks/task";
import type { PlannedArm } from "../arms";
import type { EvaluatedSample } from "../evaluated-sample";

/** A question whose options change places. */
export interface OrderedSample {
  readonly sample: Sample;
  /** Of each order: where, among the choices, the gold option stands; then those that it changes places with. */
  readonly places: number[][];
}

/** What one arm makes of the questions. */
export interface OrderedOutcome {
  readonly arm: Pick<PlannedArm, "name" | "role">;
  /** Of each question and order: the natural logarithm of each choice's probability as the answer's first token. */
  readonly logProbabilities: number[][][];
}

/** Questions that were asked in several orders, and what each arm makes of them. */
export interface AnswersInOrders {
  readonly questions: readonly OrderedSample[];
  readonly outcomes: readonly OrderedOutcome[];
}

/**
 * Every question whose options can change places in each of their orders. The first is the question's own, of which the answers
 * are known; the others are prompts of their own, beside it as they share what stands before the options. All arms of an order
 * are forks of one prompt.
 */
export class OtherOrders implements Beside {
  readonly what = "options in other orders";
  private readonly questions: OrderedSample[] = [];
  private readonly outcomes: OrderedOutcome[];
  private readonly receipts: ReceiptSum[];

  /** @param arms those asked in other orders, by their places among the ways of a question */
  constructor(
    private readonly model: LoadedModel,
    private readonly task: Task,
    private readonly arms: ReadonlyMap<number, PlannedArm>,
  ) {
    this.outcomes = [...arms.values()].map((arm) => ({ arm, logProbabilities: [] }));
    this.receipts = [...arms.values()].map(({ name, steering }) => new ReceiptSum(name, steering?.layers ?? []));
  }

  readonly runsOf = (sample: Sample): NamedRun[] => {
    const [, ...others] = inOrders(sample);
    return others.map((other) => runOf(askQuestion(this.model, this.task, other.sample), [...this.arms.values()]));
  };

  readonly onAnswered: Beside["onAnswered"] = (sample, own, beside) => {
    const orders = inOrders(sample);
    if (orders.length === 0) return;
    this.questions.push({ sample, places: orders.map(({ places }) => places) });
    for (const [a, way] of [...this.arms.keys()].entries()) {
      const ofArm = [own[way]!, ...beside.map(({ branches }) => branches[a]!)];
      this.outcomes[a]!.logProbabilities.push(ofArm.map((result) => [...result.choiceLogProbabilities]));
      for (const { receipt } of ofArm) this.receipts[a]!.add(receipt);
    }
  };

  /** @throws ERR_HOOK_POINT when an arm with steering steered no row of one of its layers */
  answers(): AnswersInOrders {
    for (const receipt of this.receipts) receipt.total();
    return { questions: this.questions, outcomes: this.outcomes };
  }
}

function runOf({ sample, prompt, choiceTokens }: Question, arms: readonly PlannedArm[]): NamedRun {
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
