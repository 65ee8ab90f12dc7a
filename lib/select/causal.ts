import type { RankedFeature } from "../rank/ranking";
import { ALPHA } from "../statistics/alpha";
import { doseRecord, type Dose } from "./doses";
import type { Clusters } from "../statistics/clusters";
import { riseTest, type Differences, type OutcomeName } from "./effect";
import { joinGreedily, type EffectOptions, type Helpful } from "./join-greedily";
import type { ValidationQuestions } from "./measure";
import { stages } from "./screen";
import { meansOf, screenTrials, triedRecord, withCost } from "./screen-trials";
import type { CausalRecord } from "./selection";

export interface CausalOptions extends EffectOptions {
  /** Of answers: joining ends where it has none left. @default none */
  readonly budget?: number | undefined;
}

export interface Causal {
  /** Ascending by layer; none when nothing helps. */
  readonly features: RankedFeature[];
  readonly record: CausalRecord;
  /** Whether joining ended for want of answers. */
  readonly ranOut: boolean;
}

/**
 * Selection by effect: every dose is tried alone on the validation questions, beside no steering and as forks of the same
 * prompts (`screen`), and those that raise the outcome, not at the price of the score, are put together (`joinGreedily`).
 */
export async function selectCausal(
  doses: readonly Dose[],
  questions: ValidationQuestions,
  { outcome, seed, nativeLayerOf, budget = Infinity, signal }: CausalOptions,
): Promise<Causal> {
  const { clusters } = questions;
  const before = questions.cost().answers;
  const answersLeft = () => budget - (questions.cost().answers - before);
  const { result, cost } = await withCost(questions, async () => {
    const trials = doses.map(({ feature }) => [feature]);
    const tried = await screenTrials(trials, questions, { outcome, seed, signal });
    const helpful = doses.flatMap((dose, i): Helpful[] =>
      tried[i]!.helps ? [{ ...dose, differences: tried[i]! }] : [],
    );
    return { tried, ...(await joinGreedily(helpful, questions, { outcome, seed, nativeLayerOf, answersLeft })) };
  });
  const { features, steps, differences, tried, ranOut } = result;
  return {
    features,
    ranOut,
    record: {
      outcome,
      stages: stages(questions.n),
      candidates: doses.map((dose, i) => ({
        ...doseRecord(dose),
        ...poolsRecord(dose),
        ...triedRecord(tried[i]!, clusters),
      })),
      steps,
      joint: differences && together(differences, outcome, seed, clusters),
      cost,
    },
  };
}

function poolsRecord({ pools }: Dose) {
  return pools && { pools: [...pools] };
}

function together(
  differences: Differences,
  outcome: OutcomeName,
  seed: number,
  clusters: Clusters,
): CausalRecord["joint"] {
  return {
    ...meansOf(differences, clusters),
    pValue: riseTest(differences, outcome, { seed, level: ALPHA, clusters }),
  };
}
