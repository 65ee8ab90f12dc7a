import { mapInTurns } from "../../next-turn";
import { bootstrapInterval } from "../../statistics/bootstrap";
import { clustersOf } from "../../statistics/clusters";
import { holmWithin } from "../../statistics/holm";
import { mean } from "../../statistics/mean";
import { goldOverOrders } from "../../statistics/option-orders";
import { pairedPermutation } from "../../statistics/paired-permutation";
import type { AnswersInOrders, OrderedOutcome, OrderedSample } from "./other-orders";
import { letterShares } from "./letter-shares";
import type { OrdersChange, OrdersSummary } from "./orders-summary";

const MEASURES = ["auroc", "goldLogProbability"] as const;
type Measures<T> = Record<(typeof MEASURES)[number], T>;

/** @param answers the baseline's outcome first, which the others are compared with */
export async function summarizeOrders(
  { questions, outcomes }: AnswersInOrders,
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<OrdersSummary> {
  const clusters = clustersOf(questions.map(({ sample }) => sample.cluster));
  const ofArms = outcomes.map((outcome) => measure(questions, outcome));
  const [baseline, ...others] = ofArms as [Measures<number[]>, ...Measures<number[]>[]];
  const changes = await mapInTurns(
    others,
    (own) =>
      measuresOf((of) => {
        const differences = own[of].map((value, i) => value - baseline[of][i]!);
        return {
          difference: mean(differences),
          interval: bootstrapInterval(differences, seed, clusters),
          pValue: pairedPermutation(differences, seed, clusters),
        };
      }),
    signal,
  );
  const roles = outcomes.slice(1).map(({ arm }) => arm.role);
  const pValues = (of: keyof Measures<unknown>) => changes.map((change) => change[of].pValue);
  const adjusted = measuresOf((of) => holmWithin(roles, pValues(of)));
  const nOrders = questions.map(({ places }) => places.length);
  return {
    n: questions.length,
    nPrompts: nOrders.reduce((total, n) => total + n, 0),
    nOrders: Math.max(...nOrders),
    arms: ofArms.map(({ auroc, goldLogProbability }, a) => ({
      name: outcomes[a]!.arm.name,
      auroc: mean(auroc),
      aurocInterval: bootstrapInterval(auroc, seed, clusters),
      goldLogProbability: mean(goldLogProbability),
      accuracyOverOrders: mean(auroc.map((share) => Number(share === 1))),
      ...letterShares(questions, outcomes[a]!),
      change:
        a === 0
          ? null
          : measuresOf((of): OrdersChange => ({ ...changes[a - 1]![of], adjustedP: adjusted[of][a - 1]! })),
    })),
  };
}

/** Of each question, over its orders. */
function measure(questions: readonly OrderedSample[], { logProbabilities }: OrderedOutcome): Measures<number[]> {
  const gold = questions.map(({ places }, q) =>
    goldOverOrders(places.map((ofOrder, o) => ofOrder.map((place) => logProbabilities[q]![o]![place]!))),
  );
  return {
    auroc: gold.map(({ auroc }) => auroc),
    goldLogProbability: gold.map(({ logProbability }) => logProbability),
  };
}

function measuresOf<T>(compute: (of: keyof Measures<T>) => T): Measures<T> {
  return Object.fromEntries(MEASURES.map((of) => [of, compute(of)])) as Measures<T>;
}
