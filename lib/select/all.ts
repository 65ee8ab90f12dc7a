import type { RankedFeature } from "../rank/ranking";
import type { Candidates } from "./candidates";

/** CorrSteer-A: the best of each layer, all of them together. */
export function selectAll({ layers }: Candidates): RankedFeature[] {
  return layers.flat();
}
