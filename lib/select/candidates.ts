import { SteeringError } from "../errors";
import { survives, type RankedFeature, type Ranking } from "../rank/ranking";
import { ALPHA } from "../rank/significance";
import type { DroppedLayer, Significance } from "./selection";

/** What a ranking offers to steer with. */
export interface Candidates {
  /** Ascending by layer; each layer's best features, best first. Layers without any are not here. */
  readonly layers: readonly (readonly RankedFeature[])[];
  /** Layers whose features may all be chance. */
  readonly dropped: DroppedLayer[];
}

export interface CandidateOptions {
  readonly significance: Significance;
  /** Of each layer. */
  readonly most: number;
}

/**
 * The best features of each layer; with "family-wise" only those that permuted scores give nowhere at level `ALPHA`.
 *
 * @throws ERR_DEGENERATE when no layer has a feature of the wanted sign; ERR_RUN_INCOMPLETE when the ranking has no null
 * to be significant against
 */
export function candidatesOf(ranking: Ranking, { significance, most }: CandidateOptions): Candidates {
  const ranked = ranking.layers.filter(({ features }) => features.length > 0).sort((a, b) => a.layer - b.layer);
  if (ranked.length === 0) {
    const sign = ranking.sign === "both" ? "" : `${ranking.sign} `;
    throw new SteeringError(
      "ERR_DEGENERATE",
      `no feature of any of ${ranking.layers.length} layers has a ${sign}correlation with the ${ranking.target} (n = ${ranking.n})`,
      { n: ranking.n, sign: ranking.sign },
    );
  }
  if (significance === "family-wise") requireNull(ranking);
  const kept = ranked.map(({ features }) =>
    features.filter((feature) => significance === "none" || survives(feature, ranking, ALPHA)).slice(0, most),
  );
  return {
    layers: kept.filter((features) => features.length > 0),
    dropped: ranked.filter((_, i) => kept[i]!.length === 0).map(({ features }) => dropped(features[0]!)),
  };
}

function dropped({ sae, layer, feature, r, familyWiseP }: RankedFeature): DroppedLayer {
  return { sae, layer, feature, r, familyWiseP };
}

function requireNull({ null: permuted }: Ranking): void {
  if (permuted !== null) return;
  throw new SteeringError(
    "ERR_RUN_INCOMPLETE",
    "the ranking has no permutation null, so nothing says which features are more than chance: run rank with " +
      'permutations (collected with keep "sparse"), or select with significance "none", which forces a choice',
    {},
  );
}
