import type { WorkOptions } from "../progress";
import { readResidualStatistics } from "../run/residual-statistics";
import type { Shard } from "../run/shards";
import { steeredLayers } from "../sae/convention";
import type { SaeFolder } from "../sae/folder";
import { saeOf } from "../sae/identity";
import { clustersOf } from "../statistics/clusters";
import { fitProbe, type CorrectnessProbe } from "./correctness-probe";
import { rebuiltRows } from "./rebuilt-rows";

/** A probe, and where it reads. */
export interface PlacedProbe extends CorrectnessProbe {
  /** Id of the SAE whose reconstruction it was fitted to. */
  readonly sae: string;
  /** That SAE's. */
  readonly layer: number;
  /** Whose output it reads. */
  readonly nativeLayer: number;
}

/**
 * A probe of correctness for each place in the residual stream that a run's SAEs read, of the first of them that reads there;
 * none where right or wrong answers are too few. Fitted to rows as the SAE gives them back (`rebuiltRows`) and moved to the
 * mean of the rows themselves, which the run kept: what it says of a row is then right on average, whatever the SAE leaves out.
 *
 * @param saes the run's, or more
 * @param nativeLayers those wanted: all unless it is said
 * @throws as `rebuiltRows`; the signal's reason after an abort
 */
export async function correctnessProbes(
  shards: readonly Shard[],
  saes: readonly SaeFolder[],
  { nativeLayers, onProgress, signal }: WorkOptions & { readonly nativeLayers?: ReadonlySet<number> } = {},
): Promise<PlacedProbe[]> {
  const { manifest } = shards[0]!;
  const nativeLayerOf = steeredLayers(manifest);
  const statistics = await readResidualStatistics(shards);
  const correct = Uint8Array.from(shards.flatMap(({ scores }) => [...scores].map((score) => Number(score > 0))));
  const clusters = clustersOf(shards.flatMap((shard) => [...shard.clusters]));
  const probes: PlacedProbe[] = [];
  const { length: total } = manifest.saes;
  for (const [done, sae] of manifest.saes.entries()) {
    onProgress?.({ step: "probes of correctness", done, total, unit: "SAEs" });
    const nativeLayer = nativeLayerOf({ sae: sae.id });
    if (probes.some((probe) => probe.nativeLayer === nativeLayer) || nativeLayers?.has(nativeLayer) === false) continue;
    const { n, nCorrect, meanCorrect, meanIncorrect } = statistics.find((read) => read.sae === sae.id)!;
    const place = meanCorrect.map((right, j) => (nCorrect * right + (n - nCorrect) * meanIncorrect[j]!) / n);
    const rows = await rebuiltRows(shards, sae, saeOf(saes, sae.id));
    const probe = await fitProbe(rows, correct, { clusters, place, signal });
    if (probe) probes.push({ ...probe, sae: sae.id, layer: sae.layer, nativeLayer });
  }
  return probes;
}
