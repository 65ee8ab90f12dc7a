import { nextTurn } from "../next-turn";
import type { WorkOptions } from "../progress";
import { readMoments, type Shard } from "../run/shards";

/** All features that fire, of all layers: element i of each array is of one feature. */
export interface RankPoints {
  /** Ids. */
  readonly saes: readonly string[];
  readonly layers: Uint32Array;
  readonly features: Uint32Array;
  /** Share of samples in which it fires. */
  readonly frequencies: Float64Array;
  /** Pearson's r of pooled activation and score. */
  readonly r: Float64Array;
}

/** @throws ERR_FILE_FORMAT */
export async function readRankPoints(
  shards: readonly Shard[],
  { onProgress, signal }: WorkOptions = {},
): Promise<RankPoints> {
  const rows: [sae: string, layer: number, feature: number, frequency: number, r: number][] = [];
  const { saes } = shards[0]!.manifest;
  for (const [done, sae] of saes.entries()) {
    onProgress?.({ step: "reading what was collected", done, total: saes.length, unit: "layers" });
    await nextTurn(signal);
    const moments = await readMoments(shards, sae);
    const { nActive, n } = moments.state;
    moments.activeFeatures().forEach((feature) => {
      rows.push([sae.id, sae.layer, feature, nActive[feature]! / n, moments.feature(feature).r]);
    });
  }
  return {
    saes: rows.map(([sae]) => sae),
    layers: Uint32Array.from(rows, ([, layer]) => layer),
    features: Uint32Array.from(rows, ([, , feature]) => feature),
    frequencies: Float64Array.from(rows, ([, , , frequency]) => frequency),
    r: Float64Array.from(rows, ([, , , , r]) => r),
  };
}
