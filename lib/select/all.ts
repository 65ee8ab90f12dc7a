import type { Ranking } from "../rank/ranking";
import { bestOfLayers } from "./candidates";
import type { Selection } from "./selection";

/** CorrSteer-A: the best feature of each layer, all of them together. @throws ERR_DEGENERATE without a candidate */
export function selectAll(ranking: Ranking): Selection {
  return { variant: "A", features: bestOfLayers(ranking), dropped: [] };
}
