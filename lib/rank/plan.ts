import { SteeringError } from "../errors";
import { TIE_SLACK } from "../statistics/ties";
import { clustersOf } from "../statistics/clusters";
import type { Outcomes } from "../statistics/outcomes";
import { designOf, type Design } from "./design";
import { scoreLabels, targetLabels } from "./labels";
import type { FittedRankOptions } from "./options";
import type { Shard } from "../run/shards";
import { readVariables } from "./variables";

/** What is the same for all layers. */
export interface RankPlan {
  readonly options: FittedRankOptions;
  /** With the target in place of the scores. */
  readonly shards: readonly Shard[];
  readonly design: Design;
  readonly correctAbove: number;
  readonly outcomes: Outcomes;
}

/**
 * Reads what the options name: target, covariates, strata.
 * @throws ERR_INVALID_ARGUMENT for a variable that is not there or does not fit, ERR_DEGENERATE when nothing is left to
 * correlate with, or to permute
 */
export async function planRanking(shards: readonly Shard[], options: FittedRankOptions): Promise<RankPlan> {
  const { target, reverse, covariates, stratifyBy } = options;
  const variables = await readVariables(
    shards.map(({ directory }) => directory),
    {
      target: target === "score" ? [] : [target],
      covariates,
      stratifyBy: stratifyBy === undefined ? [] : [stratifyBy],
    },
  );
  const { y, correctAbove } =
    target === "score"
      ? scoreLabels(
          shards.map(({ scores }) => scores),
          reverse,
        )
      : targetLabels(target, variables.get(target)!, reverse);
  requireVariance(options, y);
  const correct = Uint8Array.from(y, (value) => Number(value > correctAbove));
  const outcomes = { correct, nCorrect: correct.reduce((sum, flag) => sum + flag, 0) };
  requireBothClasses(options, outcomes);
  const design = designOf(y, {
    target,
    covariates: new Map(covariates.map((name) => [name, variables.get(name)!])),
    stratifyBy: stratifyBy === undefined ? undefined : [stratifyBy, variables.get(stratifyBy)!],
    clusters: clustersOf(shards.flatMap(({ clusters }) => clusters)),
  });
  return { options, shards: relabelled(shards, y), design, correctAbove, outcomes };
}

function relabelled(shards: readonly Shard[], y: Float64Array): Shard[] {
  let end = 0;
  return shards.map((shard) => ({ ...shard, scores: y.subarray(end, (end += shard.scores.length)) }));
}

function requireVariance({ target, reverse }: FittedRankOptions, y: Float64Array): void {
  const n = y.length;
  const isOther = (value: number) => Math.abs(value - y[0]!) > TIE_SLACK * Math.max(Math.abs(value), Math.abs(y[0]!));
  if (n >= 2 && y.some(isOther)) return;
  const value = reverse ? Number(target === "score") - y[0]! : y[0]; // as the samples have it
  const what = n < 2 ? `${n} sample(s)` : `${n} samples with the ${target} ${value}`;
  throw new SteeringError(
    "ERR_DEGENERATE",
    `correlation needs at least 2 samples that differ in ${target}; found ${what}. Collect more or other questions.`,
    { n, target },
  );
}

function requireBothClasses({ score }: FittedRankOptions, { correct, nCorrect }: Outcomes): void {
  const n = correct.length;
  if (score === "pearson" || nCorrect < n) return;
  const message = `${score} compares correct samples with others, but all ${n} are correct`;
  throw new SteeringError("ERR_DEGENERATE", message, { n, score });
}
