// One store whose best feature is near the threshold. What changes from trial to trial is the seed of the permutations.
import { permuteFurther, permuteScores } from "../../lib/rank/chance";
import { designOf } from "../../lib/rank/design";
import { LOOKS } from "../../lib/rank/options";
import { permuteUntilDecided } from "../../lib/rank/rounds";
import { NullDistribution } from "../../lib/rank/significance";
import { ALPHA } from "../../lib/statistics/alpha";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";
import { columnsOf } from "./survivors";

const SAMPLES = 40;
const FEATURES = 10;

interface Store {
  readonly scores: number[];
  readonly features: number[][];
}

/** Of pure noise. */
function storeOf(draw: Draw): Store {
  const scores = Array.from({ length: SAMPLES }, () => draw.flip(0.5));
  const feature = () => Array.from({ length: SAMPLES }, () => draw.flip(0.3) * Math.exp(draw.normal() / 2));
  return { scores, features: Array.from({ length: FEATURES }, feature) };
}

/** What `rank` says of the best feature. */
async function bestOf({ scores, features }: Store, seed: number): Promise<{ survives: boolean; isDecided: boolean }> {
  const columns = columnsOf(features);
  const design = designOf(Float64Array.from(scores), { target: "score", covariates: new Map() });
  const options = { seed, threads: 1, sign: "positive", signal: undefined } as const;
  const { tested } = await permuteScores(columns, design, { ...options, permutations: LOOKS[0]! });
  const [permuted] = await permuteUntilDecided([tested!], LOOKS, async (round) => [
    await permuteFurther(columns, design, round, options),
  ]);
  const { strengths, best } = permuted!;
  const chance = new NullDistribution(best);
  return {
    survives: chance.p(Math.max(...strengths)) <= ALPHA,
    isDecided: chance.nUndecided(strengths, LOOKS.length) === 0,
  };
}

/** @param p of its best feature: the share of 4 million permutations */
function oneStore(storeSeed: number, p: number): Simulation {
  const store = storeOf(new Draw(storeSeed));
  return {
    claim: "A feature survives, or not, whatever the seed of the permutations",
    truth: `one store of ${SAMPLES} samples; in a share of ${p} of all permutations some feature is as strong as its best`,
    bounds: { "another seed decides otherwise": { atMost: 0.001 }, "another seed says otherwise": { atMost: 0.005 } },
    trial: async (seed) => {
      const { survives, isDecided } = await bestOf(store, seed);
      const differs = survives !== p <= ALPHA;
      return { "another seed decides otherwise": differs && isDecided, "another seed says otherwise": differs };
    },
  };
}

const noise: Simulation = {
  claim: "A feature survives, after as many permutations as it takes",
  truth: `${SAMPLES} samples, ${FEATURES} features that have nothing to do with the score`,
  bounds: { "something survives": { atMost: 0.051 } },
  trial: async (seed) => ({ "something survives": (await bestOf(storeOf(new Draw(seed)), seed)).survives }),
};

export const nearThreshold = [oneStore(163, 0.0521), oneStore(1920, 0.0475), noise];
