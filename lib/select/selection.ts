import { SteeringError } from "../errors";
import type { RankedFeature, Ranking } from "../rank/ranking";

/** Which features to steer with: at most one a layer. */
export interface Selection {
  readonly variant: "S" | "A" | "P";
  /** Ascending by layer; empty only when pruning leaves none. */
  readonly features: readonly RankedFeature[];
  /** How pruning went. */
  readonly validation?: Validation;
}

/** Accuracy of each layer's best feature alone on the `n` validation questions, and whether pruning kept it. */
export interface Validation {
  readonly n: number;
  readonly baselineAccuracy: number;
  readonly layers: readonly { layer: number; feature: number; accuracy: number; kept: boolean }[];
}

/** The best feature of each layer that has a candidate. @throws ERR_DEGENERATE when no layer has one */
export function bestOfLayers(ranking: Ranking): RankedFeature[] {
  const best = ranking.layers.flatMap(({ features }) => features.slice(0, 1)).sort((a, b) => a.layer - b.layer);
  if (best.length > 0) return best;
  throw new SteeringError(
    "ERR_DEGENERATE",
    `no feature of any of ${ranking.layers.length} layers has a ${ranking.sign === "both" ? "" : `${ranking.sign} `}correlation with the score (n = ${ranking.n})`,
    { n: ranking.n, sign: ranking.sign },
  );
}
