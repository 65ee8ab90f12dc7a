import type { Shard } from "../run/shards";
import { fitToRun, resolveRankOptions, type RankOptions } from "./options";
import { planRanking, type RankPlan } from "./plan";
import type { Ranking } from "./ranking";

/** The options that a ranking was made with, but for its null and its stability. */
export function asRanked(ranking: Ranking): RankOptions {
  const { target, reverse, score, sign, minSupport, covariates, stratifiedBy } = ranking;
  return {
    ...{ target, reverse, score, sign, minSupport, covariates, permutations: 0, bootstrap: 0 },
    ...(stratifiedBy === null ? {} : { stratifyBy: stratifiedBy }),
  };
}

/** What its features were judged by. @throws as `planRanking` */
export function planAsRanked(shards: readonly Shard[], ranking: Ranking): Promise<RankPlan> {
  return planRanking(shards, fitToRun(resolveRankOptions(asRanked(ranking)), shards));
}
