import { SteeringError } from "../errors";
import type { RankedFeature, Ranking } from "../rank/ranking";

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
