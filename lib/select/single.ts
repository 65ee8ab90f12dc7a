import type { Ranking } from "../rank/ranking";
import { bestOfLayers } from "./candidates";
import type { Selection } from "./selection";

/** CorrSteer-S: the feature with the largest |r| of all layers; ties go to the lower layer. @throws ERR_DEGENERATE */
export function selectSingle(ranking: Ranking): Selection {
  const best = bestOfLayers(ranking).reduce((best, next) => (Math.abs(next.r) > Math.abs(best.r) ? next : best));
  return { variant: "S", features: [best], dropped: [] };
}
