import type { AnalyzedLayer } from "./layer";
import type { RankedLayer } from "./ranking";

/**
 * How often features stay the best when samples are drawn again: each of the kept ones in its layer, and the first one of
 * all layers in all of them.
 */
export function measureStability(
  layers: readonly RankedLayer[],
  analyzed: readonly AnalyzedLayer[],
): { layers: RankedLayer[]; stability: number } {
  const resampled = analyzed.map(({ resampled }) => resampled!);
  const n = resampled[0]!.features.length;
  const stable = layers.map((layer, l) => {
    const wins = new Map<number, number>();
    for (const feature of resampled[l]!.features) wins.set(feature, (wins.get(feature) ?? 0) + 1);
    const features = layer.features.map((feature) => ({ ...feature, stability: (wins.get(feature.feature) ?? 0) / n }));
    return { ...layer, features };
  });
  const heads = layers.map(({ features }) => features[0]?.criterion ?? -Infinity);
  const best = heads.indexOf(Math.max(...heads));
  const feature = layers[best]!.features[0]?.feature;
  let wins = 0;
  for (let i = 0; i < n; i++) {
    const strengths = resampled.map(({ strengths }) => strengths[i]!);
    const winner = strengths.indexOf(Math.max(...strengths));
    if (winner === best && resampled[best]!.features[i] === feature) wins += 1;
  }
  return { layers: stable, stability: wins / n };
}
