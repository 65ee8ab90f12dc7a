import type { SaeIdentity } from "../sae/identity";
import { permuteScores, resampleBest, type LayerNull } from "./chance";
import { columnOf, toColumns } from "./columns";
import { criterionOfSamples } from "./criteria";
import { nextTurn } from "../next-turn";
import type { FeatureStatistics } from "../statistics/moments";
import { isPartial } from "./design";
import type { RankPlan } from "./plan";
import { byRank, type RankedFeature, type RankedLayer } from "./ranking";
import { readLayer } from "../run/shards";
import { strengthOf } from "./significance";

/** An SAE's features in order, and what its samples say of chance. */
export interface AnalyzedLayer {
  readonly ranked: RankedLayer;
  readonly n: number;
  readonly nCorrect: number;
  /** Features with support, ascending. */
  readonly candidates: Uint32Array;
  readonly tested: LayerNull["tested"];
  /** For each resample the best feature, -1 for none, and its strength. */
  readonly resampled: { readonly features: Int32Array; readonly strengths: Float64Array } | undefined;
}

/** Features between two moments at which an interrupt is seen: a criterion takes up to some milliseconds of each. */
const TURN = 128;

/** @throws ERR_FILE_FORMAT, ERR_DEGENERATE, the signal's reason */
export async function analyzeLayer(sae: SaeIdentity, plan: RankPlan): Promise<AnalyzedLayer> {
  const { shards, correctAbove, options, design } = plan;
  const { sign, score, minSupport, looks, bootstrap, topK } = options;
  const { moments, chunks } = await readLayer(shards, sae, correctAbove);
  const { n, nCorrect, nActive } = moments.state;
  const hasSupport = (feature: number) => nActive[feature]! >= minSupport;
  const columns = toColumns(chunks, design.y.length, sae.dSae, hasSupport);
  const partial = isPartial(design);
  const [permutations = 0] = looks;
  const chance =
    permutations > 0 || partial ? await permuteScores(columns, design, { ...options, permutations }) : undefined;
  const columnNumbers = new Map(Array.from(columns.features, (feature, column) => [feature, column]));
  const ofSamples = criterionOfSamples(score);
  const criterionColumns = // Fisher's is of the activations that coefficients are made of, as published
    score === "fisher" ? toColumns(chunks, design.y.length, sae.dSae, hasSupport, "steerValues") : columns;

  const candidates: RankedFeature[] = [];
  const active = moments.activeFeatures();
  for (const [i, feature] of active.entries()) {
    if (i % TURN === 0) await nextTurn(options.signal);
    if (!hasSupport(feature)) continue;
    const statistics = moments.feature(feature);
    const column = columnNumbers.get(feature) ?? 0; // without columns nothing below asks for one
    const partialR = partial ? chance!.r[column]! : null;
    const r = partialR ?? statistics.r;
    if (strengthOf(r, sign) <= 0) continue;
    const { meanCorrect, meanIncorrect } = statistics;
    candidates.push({
      sae: sae.id,
      layer: sae.layer,
      feature,
      ...described(statistics, r, n),
      partialR,
      criterion: ofSamples
        ? ofSamples(columnOf(criterionColumns, column), plan.outcomes, r)
        : Math.abs(score === "pearson" ? r : meanCorrect - meanIncorrect),
      p: chance?.tested?.p[column] ?? null,
      layerP: null,
      familyWiseP: null,
      q: null,
      stability: null,
    });
  }
  candidates.sort(byRank);
  const features = candidates.slice(0, topK);
  return {
    ranked: { sae: sae.id, layer: sae.layer, nActiveFeatures: active.length, nCandidates: candidates.length, features },
    n,
    nCorrect,
    candidates: columns.features,
    tested: chance?.tested,
    resampled: bootstrap > 0 ? await resampleBest(columns, design, options) : undefined,
  };
}

/** @param r that decides on the sign of the coefficient */
function described(statistics: FeatureStatistics, r: number, n: number) {
  const { meanCorrect, meanIncorrect, meanCorrectActive, nActive, nActiveCorrect } = statistics;
  return {
    r: statistics.r,
    coefficient: r > 0 ? meanCorrect : 0 - Math.abs(meanCorrect),
    coefficientCorrect: meanCorrect,
    coefficientIncorrect: meanIncorrect,
    coefficientActive: meanCorrectActive,
    nActive,
    nActiveCorrect,
    nActiveIncorrect: nActive - nActiveCorrect,
    frequency: nActive / n,
    frequencyCorrect: nActiveCorrect / n,
    frequencyIncorrect: (nActive - nActiveCorrect) / n,
    variation: Math.sqrt(statistics.variance) / Math.abs(statistics.mean),
  };
}
