import { mergeResidualSums, residualSumsFromArrow, residualSumsToArrow, type ResidualSums } from "../run/residual-sums";
import { RESIDUAL_FILE, type Run } from "../run/run";

/** What the run's next chunk keeps of the residual rows: their sums, with `keep: "moments"` those of all chunks so far. */
export async function residualBytes(run: Run, layers: readonly ResidualSums[]): Promise<Uint8Array> {
  const last = run.manifest.keep === "moments" ? await run.lastFile(RESIDUAL_FILE) : undefined;
  if (!last) return residualSumsToArrow(layers);
  const total = residualSumsFromArrow(last.bytes, last.path, layers);
  layers.forEach((sums, i) => {
    mergeResidualSums(total[i]!, sums);
  });
  return residualSumsToArrow(total);
}
