import { SteeringError } from "../errors";
import { byRank, survives, type RankedFeature, type Ranking } from "../rank/ranking";
import { ALPHA } from "../statistics/alpha";
import { steeredLayers } from "../sae/convention";
import type { DroppedLayer, Significance } from "./selection";

/** What a ranking offers to steer with. */
export interface Candidates {
  /** As `bestOfLayers`; layers without any are not here. */
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
  const ranked = bestOfLayers(ranking);
  if (ranked.length === 0) {
    const sign = ranking.sign === "both" ? "" : `${ranking.sign} `;
    throw new SteeringError(
      "ERR_DEGENERATE",
      `no feature of any of ${ranking.layers.length} layers has a ${sign}correlation with the ${ranking.target} (n = ${ranking.n})`,
      { n: ranking.n, sign: ranking.sign },
    );
  }
  if (significance === "family-wise") requireNull(ranking);
  const kept = ranked.map((features) =>
    features.filter((feature) => significance === "none" || survives(feature, ranking, ALPHA)).slice(0, most),
  );
  return {
    layers: kept.filter((features) => features.length > 0),
    dropped: ranked.filter((_, i) => kept[i]!.length === 0).map((features) => dropped(features[0]!)),
  };
}

/**
 * The features that are added to one layer, best first, of all SAEs that read there, and so for each layer, ascending. A
 * layer is where steering is added, as in the method; several SAEs may read it, `resid_pre` of the next layer too.
 */
export function bestOfLayers(ranking: Pick<Ranking, "layers" | "saes" | "convention">): RankedFeature[][] {
  const nativeLayerOf = steeredLayers(ranking);
  const layers = new Map<number, RankedFeature[]>();
  for (const feature of ranking.layers.flatMap(({ features }) => features)) {
    const layer = nativeLayerOf(feature);
    layers.set(layer, [...(layers.get(layer) ?? []), feature]);
  }
  return [...layers].sort(([a], [b]) => a - b).map(([, features]) => features.sort(byRank));
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
