// A model that knows a little and answers " A" to everything; steering that teaches it something, or moves its letters.
import type { ArmSummary } from "../../lib/evaluate/evaluation";
import { orderFindings } from "../../lib/evaluate/findings/orders";
import type { AnswersInOrders, OrderedSample } from "../../lib/evaluate/orders/other-orders";
import { summarizeOrders } from "../../lib/evaluate/orders/summarize-orders";
import { ALPHA } from "../../lib/statistics/alpha";
import { pairedCounts, midPMcNemar } from "../../lib/statistics/paired";
import { inOrders } from "../../lib/prompt/option-orders";
import { letterChoices, multipleChoicePrompt, optionLetter } from "../../lib/prompt/multiple-choice";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";

/** How a model makes log-probabilities: what it adds to the gold option, to each letter, and by what it multiplies all. */
interface Model {
  readonly knows: number;
  readonly letters: readonly number[];
  readonly confidence?: number;
}

const OPTIONS = ["w", "x", "y", "z"];
const ALL_A = [6, 0.5, 0, 0];
const BASELINE: Model = { knows: 0.3, letters: ALL_A };

/** A question whose gold option is at each of the letters. */
const QUESTIONS = OPTIONS.map((_, gold): OrderedSample => {
  const prompting = { style: "clean", chainOfThought: false } as const;
  const { prompt } = multipleChoicePrompt({ question: "?", options: OPTIONS, gold }, prompting);
  const choices = letterChoices(OPTIONS.length);
  const sample = { id: "q", prompt, expected: optionLetter(gold), choices, options: OPTIONS };
  return { sample, places: inOrders(sample).map(({ places }) => places) };
});

/** Options are worth something of their own; a third of what is beside that is new under steering. */
function answersOf(draw: Draw, n: number, models: readonly [baseline: Model, steered: Model]): AnswersInOrders {
  const questions = Array.from({ length: n }, () => QUESTIONS[draw.below(OPTIONS.length)]!);
  const logProbabilities = models.map((): number[][][] => []);
  for (const { places } of questions) {
    const worth = OPTIONS.map(() => draw.normal());
    const shared = places.map(() => OPTIONS.map(() => 0.8 * draw.normal()));
    for (const [m, { knows, letters, confidence = 1 }] of models.entries()) {
      const ofOrders = places.map((ofOrder, o) => {
        const logits = new Array<number>(OPTIONS.length);
        ofOrder.forEach((place, option) => {
          const own = worth[option]! + (option === 0 ? knows : 0) + shared[o]![place]! + 0.4 * draw.normal();
          logits[place] = confidence * (own + letters[place]!);
        });
        const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
        return logits.map((logit) => logit - total);
      });
      logProbabilities[m]!.push(ofOrders);
    }
  }
  return {
    questions,
    outcomes: [
      { arm: { name: "baseline", role: "baseline" }, logProbabilities: logProbabilities[0]! },
      { arm: { name: "A", role: "profile" }, logProbabilities: logProbabilities[1]! },
    ],
  };
}

/** p of forced answers to the questions as they are, which is all that is looked at without other orders. */
function forcedP({ questions, outcomes }: AnswersInOrders): number {
  const [before, after] = outcomes.map(({ logProbabilities }) =>
    questions.map(({ places }, q) => {
      const first = logProbabilities[q]![0]!;
      return first.indexOf(Math.max(...first)) === places[0]![0];
    }),
  );
  return midPMcNemar(pairedCounts(before!, after!));
}

const UNCHANGED = {
  name: "A",
  n: 0,
  commonestAnswer: { completion: "", share: 0 },
  comparison: { difference: 0, adjustedP: 1 },
} as unknown as ArmSummary;

function ordersSimulation(truth: string, n: number, steered: Model, bounds: Simulation["bounds"]): Simulation {
  return {
    claim: "Steering makes the right option likelier, whatever letter the model likes",
    truth: `${n} questions; without steering nearly all forced answers are "A"; ${truth}`,
    bounds,
    trial: async (seed) => {
      const answers = answersOf(new Draw(seed), n, [BASELINE, steered]);
      const orders = await summarizeOrders(answers, { seed });
      const { auroc, goldLogProbability } = orders.arms[1]!.change!;
      const said = orderFindings(UNCHANGED, [], orders)
        .map(({ clause }) => clause)
        .join();
      const happened: Record<string, boolean> = {
        "the verdict says that it knows more": said.includes("knows more:"),
        "the verdict says that it knows more or less": /knows (more|less):/.test(said),
        "the verdict says that accuracy can detect nothing": said.includes("detect nothing"),
        "the interval leaves out 0": auroc.interval[0] > 0 || auroc.interval[1] < 0,
        "p of the log-probability is at most .05": goldLogProbability.adjustedP <= ALPHA,
        "accuracy of the forced answers differs": forcedP(answers) <= ALPHA,
      };
      return Object.fromEntries(Object.keys(bounds).map((event) => [event, happened[event]!]));
    },
  };
}

const NO_ALARM = {
  "the verdict says that it knows more or less": { atMost: 0.05 },
  "the interval leaves out 0": { atMost: 0.06 },
};

export const optionOrders = [
  ordersSimulation(
    "steering adds to what it knows",
    300,
    { knows: 0.45, letters: ALL_A },
    {
      "the verdict says that it knows more": { atLeast: 0.8 },
      "the verdict says that accuracy can detect nothing": { atLeast: 0.99 },
      "p of the log-probability is at most .05": { atLeast: 0.8 },
      "accuracy of the forced answers differs": { atMost: 0.05 },
    },
  ),
  ordersSimulation(
    "steering makes them B, and nothing else",
    300,
    { knows: 0.3, letters: [0, 4, 0.5, 0] },
    {
      ...NO_ALARM,
      "p of the log-probability is at most .05": { atMost: 0.06 },
    },
  ),
  ordersSimulation("steering makes it sure of less", 300, { knows: 0.3, letters: ALL_A, confidence: 0.5 }, NO_ALARM),
];
