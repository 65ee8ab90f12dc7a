import { SteeringError } from "../errors";
import { planAsRanked } from "../rank/as-ranked";
import { columnOf, denseColumn, toColumns } from "../rank/columns";
import { residualOf } from "../rank/covariate-span";
import type { RankedFeature, Ranking } from "../rank/ranking";
import { readChunks, type Shard } from "../run/shards";
import type { Clusters } from "../statistics/clusters";
import type { Outcomes } from "../statistics/outcomes";
import type { Predictor } from "./joint";

/** What the joint fit is made of. */
export interface Predictors {
  /** In the order of the features. */
  readonly predictors: readonly Predictor[];
  readonly outcomes: Outcomes;
  readonly clusters: Clusters;
}

/**
 * The activations of ranked features, from the store, and which samples are correct, both as the ranking has them.
 *
 * @param shards of single samples
 * @throws ERR_DEGENERATE where all samples are correct, ERR_FILE_FORMAT
 */
export async function readPredictors(
  features: readonly RankedFeature[],
  ranking: Ranking,
  shards: readonly Shard[],
): Promise<Predictors> {
  const { design, outcomes } = await planAsRanked(shards, ranking);
  const { y, span, clusters } = design;
  if (outcomes.nCorrect === y.length) {
    const message = `the joint fit compares correct samples with others, but all ${y.length} are correct`;
    throw new SteeringError("ERR_DEGENERATE", message, { n: y.length });
  }
  const predictors = new Map<RankedFeature, Predictor>();
  for (const sae of ranking.saes) {
    const own = new Map(features.filter((of) => of.sae === sae.id).map((of) => [of.feature, of]));
    if (own.size === 0) continue;
    const chunks = await readChunks(shards, sae);
    const columns = (values: "values" | "steerValues") =>
      toColumns(chunks, y.length, sae.dSae, (feature) => own.has(feature), values);
    const [pooled, steered] = [columns("values"), columns("steerValues")];
    for (const [column, index] of pooled.features.entries()) {
      const feature = own.get(index)!;
      const residual = (of: typeof pooled) => residualOf(denseColumn(columnOf(of, column), y.length), span);
      predictors.set(feature, { feature, activations: residual(pooled), steerActivations: residual(steered) });
    }
  }
  return { predictors: features.flatMap((feature) => predictors.get(feature) ?? []), outcomes, clusters };
}
