import { mergeResidualSums, residualSumsFromArrow, residualSumsToArrow, type ResidualSums } from "../run/residual-sums";
import type { ChunkTarget } from "../run/chunk-target";
import { RESIDUAL_FILE } from "../run/run";

/** What the next chunk keeps of the residual rows: their sums, with `keep: "moments"` with those of the chunks before it. */
export async function residualBytes(target: ChunkTarget, layers: readonly ResidualSums[]): Promise<Uint8Array> {
  const last = target.manifest.keep === "moments" ? await target.lastFile(RESIDUAL_FILE) : undefined;
  if (!last) return residualSumsToArrow(layers);
  const total = residualSumsFromArrow(last.bytes, last.path, layers);
  layers.forEach((sums, i) => {
    mergeResidualSums(total[i]!, sums);
  });
  return residualSumsToArrow(total);
}
